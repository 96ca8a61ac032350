// A layer as the pass works on it: float32 for the products, and the values as stored for the last word.
#pragma once

#include "core/base/task.h"
#include "core/data/comparison.h"
#include "core/data/dataset.h"
#include "core/data/health.h"
#include "core/engine/stored_rows.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace stratoscope::engine {

/// Immutable. N rows, D columns. "Exact" below means: in float64, on the values as stored (cosine: after
/// dividing by the row's length; hamming: after taking signs), summed in column order, so that equal rows are
/// always at distance 0.
class PreparedLayer {
  public:
    PreparedLayer(const Layer& layer, std::string path, Distance distance, const Task& task,
                  StoredRows::Place place = StoredRows::Place::memory);

    [[nodiscard]] std::size_t images() const noexcept { return health_.images; }
    [[nodiscard]] std::size_t dimension() const noexcept { return health_.dimension; }
    [[nodiscard]] Distance distance() const noexcept { return distance_; }
    [[nodiscard]] std::size_t bytes() const noexcept;
    [[nodiscard]] const LayerHealth& health() const noexcept { return health_; }
    [[nodiscard]] bool constant() const noexcept { return health_.constant; }
    /// Of all values in their order: equal for equal layers, whatever file they lie in.
    [[nodiscard]] std::uint64_t content_hash() const noexcept { return content_hash_; }

    /// A row for products: shifted by the column medians of sampled rows, since distances do not change and
    /// float32's errors do (cosine: after scaling to length 1; hamming: signs). out: D values.
    void working_row(std::size_t image, std::span<float> out) const;
    /// The same row before it is rounded to float32, for products in float64.
    void working_row(std::size_t image, std::span<double> out) const;
    /// The values as stored. out: D values.
    void stored_row(std::size_t image, std::span<double> out) const;
    /// What a working row in float64 is made of: the values as stored, …
    [[nodiscard]] const StoredRows& stored() const noexcept { return stored_; }
    /// … which cosine divides by the row's length (1 for a row of zeros), and what is taken off each column;
    /// hamming takes the sign of that.
    [[nodiscard]] std::span<const double> stored_lengths() const noexcept { return lengths_; }
    [[nodiscard]] std::span<const double> shift() const noexcept { return shift_; }
    /// Of a working row.
    [[nodiscard]] float squared_length(std::size_t image) const { return lengths_of_[image].squared; }
    [[nodiscard]] std::vector<float> squared_lengths() const;

    /// About the squared distance of two rows: twice the middle squared length of the working rows, but at
    /// most 4 × that of the shortest hundredth (small distances between short rows would drown in what is
    /// right for long ones); 0 where products are exact. A relative distance is a
    /// squared distance less this: where rows are about as far apart as they are long, float32 holds what is
    /// left of that many times more exactly.
    [[nodiscard]] float typical_squared_distance() const noexcept { return typical_squared_distance_; }
    /// The relative distance of equal rows.
    [[nodiscard]] float relative_distance_of_equals() const noexcept {
        return 0.0F - typical_squared_distance_; // never −0
    }
    /// Squared length of a working row less half of it: two of them and −2 × the product make a relative
    /// distance.
    [[nodiscard]] float relative_length(std::size_t image) const { return lengths_of_[image].relative; }

    /// Images whose rows equal that of `image`, itself among them; empty where it has no twin.
    [[nodiscard]] std::span<const std::uint32_t> twins(std::size_t image) const;

    /// Squared distance, exact.
    [[nodiscard]] double exact_squared_distance(std::size_t i, std::size_t j) const;
    /// x_i·x_j in float64, of the values as stored (cosine, hamming: as above).
    [[nodiscard]] double exact_product(std::size_t i, std::size_t j) const;
    /// The same from float32's relative distance, without looking at the rows: to about 10⁻⁷ of the layer's
    /// ordinary squared lengths. Where the two rows are longer than that, exact.
    [[nodiscard]] double product(std::size_t i, std::size_t j, float relative) const;
    /// The same squared distance summed in another order, many times faster: off by less than `quick_error`
    /// of itself.
    [[nodiscard]] double quick_squared_distance(std::size_t i, std::size_t j) const;
    static constexpr double quick_error = 1e-11;
    /// A row that such a distance compares with another: as stored (cosine: divided by its length; hamming:
    /// signs). out: D values.
    void compared_row(std::size_t image, std::span<double> out) const;
    void compared_row(std::size_t image, std::span<float> out) const;
    /// Whether float32 holds its values.
    [[nodiscard]] bool compares_floats() const noexcept {
        return distance_ != Distance::cosine && stored_.kind() != StoredRows::Kind::float64;
    }
    /// Whether only exact distances tell which of two is larger.
    [[nodiscard]] static bool quick_ones_nearly_agree(double a, double b) {
        return std::abs(a - b) <= 2.0 * quick_error * std::max(a, b);
    }
    /// Says that such distances of this image will be asked for soon; or of one of `parts` parts of it.
    void prefetch(std::size_t image, std::size_t part = 0, std::size_t parts = 1) const noexcept {
        stored_.prefetch(image, part, parts);
    }

    /// Says that uncertainties of this image will be asked for soon.
    void prefetch_lengths(std::size_t image) const noexcept { __builtin_prefetch(&lengths_of_[image]); }

    /// How far float32's relative distance of images i and j may be from the truth; 0 where products are
    /// exact. With u = 2⁻²⁴ (more with the root of the dimension beyond 16384): what adding the relative
    /// lengths rounds by, at most, and what the product does. That grows with the partial sums of x·y. With c
    /// the share of its length that a row's largest column is, 28u|x·y| + 40u c_x c_y(‖x‖² + ‖y‖²) is allowed
    /// for sums that the distance or a column tells of, and at least 1.5u(‖x‖² + ‖y‖²) for all others: so
    /// much that the products of some of the layer's own rows are off by at most a quarter of what is
    /// allowed. 64u(…) at most. Measured over layers of 41 kinds, D from 16 to 12288: products were off by at
    /// most 0.67 of it.
    /// What may underflow comes on top.
    [[nodiscard]] float uncertainty(std::size_t i, std::size_t j, float relative) const noexcept;
    /// The most it may be for any j at this distance: its length is one of the layer's, and no further from
    /// ‖x_i‖ than the distance. Of several, a little more for those nearer than the furthest.
    [[nodiscard]] float largest_uncertainty(std::size_t i, float relative) const noexcept;
    void largest_uncertainties(std::size_t i, std::span<const float> relative,
                               std::span<float> out) const noexcept;
    /// Whether float32 makes no error at all: whole numbers, signs, cosine's directions along single columns.
    [[nodiscard]] bool exact_products() const noexcept { return unit_roundoff_ == 0.0F; }

  private:
    template <class T>
    void prepare(const RowSource& source, StoredRows::Place place, const Task& task);
    void shift_columns(const Task& task);
    void measure_lengths(const Task& task);
    template <class T, class Out>
    void make_working_row(std::span<const T> stored, std::size_t image, std::span<Out> out) const;
    void measure_rounding();
    /// Of two rows and their relative distance.
    struct PairLengths {
        float lengths;       ///< ‖x‖² + ‖y‖²
        float product;       ///< 2·|x·y|
        float concentration; ///< both rows'
        float adding;        ///< all that adding up relative lengths may round by, in units of u
    };
    [[nodiscard]] PairLengths lengths_of(std::size_t i, std::size_t j, float relative) const noexcept;
    void find_twins(std::span<const std::uint64_t> hashes);
    [[nodiscard]] bool rows_equal(std::size_t i, std::size_t j) const;

    Distance distance_;
    std::string path_;
    StoredRows stored_;
    std::uint64_t content_hash_ = 0;
    std::vector<double> lengths_; // of the stored rows, for cosine
    std::vector<double> shift_;   // of each column; for hamming where its signs change
    /// Of a working row. Together, since rounding is asked for of any two rows, and each look at memory costs
    /// more than all the reckoning.
    struct alignas(16) RowLengths {
        float squared;
        float relative;
        float concentration; ///< √ of the largest column's share of the squared length
    };
    AlignedVector<RowLengths> lengths_of_;
    float typical_squared_distance_ = 0.0F;
    float least_squared_length_ = 0.0F;
    float most_squared_length_ = 0.0F;
    float ordinary_rounding_ = 0.0F;
    float most_concentration_ = 0.0F;
    float ordinary_lengths_ = 0.0F; // of two rows together, squared, at most
    std::vector<double> of_shift_;  // half of what a stored row's product has beyond the working rows'
    float unit_roundoff_ = 0.0F;
    float underflow_ = 0.0F; // what a product may lose since its terms are too small for float32; normal
    std::vector<std::uint32_t> twin_of_; // per image: 1 + index into groups_, 0 = none
    std::vector<std::vector<std::uint32_t>> groups_;
    LayerHealth health_;
};

} // namespace stratoscope::engine
