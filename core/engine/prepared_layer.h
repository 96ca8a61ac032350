// A layer as the pass works on it: float32 for the products, and the values as stored for the last word.
#pragma once

#include "core/base/task.h"
#include "core/data/comparison.h"
#include "core/data/dataset.h"
#include "core/data/health.h"

#include <cstdint>
#include <span>
#include <vector>

namespace stratoscope::engine {

/// Immutable. N rows, D columns. "Exact" below means: in float64, on the values as stored (cosine: after
/// dividing by the row's length; hamming: after taking signs), summed in column order, so that equal rows are
/// always at distance 0.
class PreparedLayer {
  public:
    PreparedLayer(const Layer& layer, std::string path, Distance distance, const Task& task);

    [[nodiscard]] std::size_t images() const noexcept { return health_.images; }
    [[nodiscard]] std::size_t dimension() const noexcept { return health_.dimension; }
    [[nodiscard]] Distance distance() const noexcept { return distance_; }
    [[nodiscard]] std::size_t bytes() const noexcept;
    [[nodiscard]] const LayerHealth& health() const noexcept { return health_; }
    [[nodiscard]] bool constant() const noexcept { return health_.constant; }

    /// A row for products: shifted by the column medians of sampled rows, since distances do not change and
    /// float32's errors do (cosine: of length 1; hamming: signs). out: D values.
    void working_row(std::size_t image, std::span<float> out) const;
    /// Squared lengths of the working rows.
    [[nodiscard]] std::span<const float> squared_lengths() const { return squared_lengths_; }

    /// Images whose rows equal that of `image`, itself among them; empty where it has no twin.
    [[nodiscard]] std::span<const std::uint32_t> twins(std::size_t image) const;

    /// Squared distance, exact.
    [[nodiscard]] double exact_squared_distance(std::size_t i, std::size_t j) const;

    /// How far float32's squared distance of a row of squared length n_i may be from the truth, when it came
    /// out as d2. Rows far away from i have long vectors, but no longer than √n_i + √d2, hence no other row
    /// needs to be known. 0 where products are exact.
    [[nodiscard]] float uncertainty(float squared_length_i, float d2) const noexcept;

  private:
    template <class T>
    void prepare(const RowSource& source, const Task& task);
    template <class T>
    void working_row(const Matrix<T>& values, std::size_t image, std::span<float> out) const;
    void find_twins(std::span<const std::uint64_t> hashes);
    [[nodiscard]] bool rows_equal(std::size_t i, std::size_t j) const;

    Distance distance_;
    std::string path_;
    Matrix<float> stored_;         // the values as stored, unless they are float64 …
    Matrix<double> stored_double_; // … then here
    std::vector<double> lengths_;  // of the stored rows, for cosine
    std::vector<double> shift_;    // of each column; for hamming where its signs change
    AlignedVector<float> squared_lengths_;
    float error_factor_ = 0.0F;
    std::vector<std::uint32_t> twin_of_; // per image: 1 + index into groups_, 0 = none
    std::vector<std::vector<std::uint32_t>> groups_;
    LayerHealth health_;
};

} // namespace stratoscope::engine
