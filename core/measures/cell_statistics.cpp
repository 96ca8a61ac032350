#include "core/measures/cell_statistics.h"

#include <cmath>

namespace stratoscope::measures {

void CellStatistics::add(const Matrix<double>& values) {
    if (count_++ == 0) {
        mean_ = Matrix<double>(values.rows(), values.cols());
        squares_ = mean_;
    }
    for (std::size_t i = 0; i < values.values().size(); ++i) {
        const double before = values.values()[i] - mean_.data()[i];
        mean_.data()[i] += before / static_cast<double>(count_);
        squares_.data()[i] += before * (values.values()[i] - mean_.data()[i]);
    }
}

Matrix<double> CellStatistics::deviation() const {
    if (count_ < 2)
        return {};
    Matrix<double> out = squares_;
    for (std::size_t i = 0; i < out.values().size(); ++i)
        out.data()[i] = std::sqrt(out.values()[i] / static_cast<double>(count_ - 1));
    return out;
}

} // namespace stratoscope::measures
