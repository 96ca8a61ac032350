// Mean and deviation of each cell over several matrices.
#pragma once

#include "core/base/matrix.h"

#include <cstddef>

namespace stratoscope::measures {

/// Cell by cell, in the order of adding (Welford 1962). NaN where one of the matrices has it.
class CellStatistics {
  public:
    void add(const Matrix<double>& values);
    [[nodiscard]] const Matrix<double>& mean() const noexcept { return mean_; }
    /// With n − 1; empty for fewer than two matrices.
    [[nodiscard]] Matrix<double> deviation() const;

  private:
    std::size_t count_ = 0;
    Matrix<double> mean_;
    Matrix<double> squares_; // Σ (x − mean)²
};

} // namespace stratoscope::measures
