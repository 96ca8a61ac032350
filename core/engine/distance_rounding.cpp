// How far float32's squared distances may be from the truth: see PreparedLayer::uncertainty().
#include "core/engine/multiversion_private.h"
#include "core/engine/packed_rows.h"
#include "core/engine/prepared_layer.h"

#include <algorithm>
#include <cmath>

namespace stratoscope::engine {
namespace {

// Of the rounding of ordinary pairs, in units of u: about the most that adding the lengths takes by itself,
// twice.
constexpr float least_ordinary = 4.0F;
constexpr float most_rounding = 64.0F;
// For sums that d2 or a column tells of: what is allowed, and about what was measured.
constexpr float structured_rounding = 56.0F;
constexpr float usual_structured_rounding = 20.0F;

// See uncertainty() in the header, in units of u. lengths: ‖x‖² + ‖y‖²; product: 2·|x·y|; concentration: both
// rows'; each at least.
STRATOSCOPE_INLINE float structured(float lengths, float product, float concentration) {
    return concentration * lengths + product;
}

STRATOSCOPE_INLINE float rounding(float ordinary, float lengths, float product, float concentration) {
    return std::min(most_rounding * lengths,
                    ordinary * lengths + structured_rounding * structured(lengths, product, concentration));
}

// What the distances of one image have in common.
struct Surroundings {
    float squared_length; // its own
    float length;
    float concentration;        // with any other
    float least_squared_length; // of all images
    float most_squared_length;
    float ordinary_rounding;
};

STRATOSCOPE_INLINE float largest_rounding(const Surroundings& all, float d2) {
    // d2 may be off itself, by 64u(‖x‖² + ‖y‖²): the root of that is a third of a hundredth of the lengths
    // (more with the fourth root of the dimension beyond 65536: a hundredth at millions).
    const float reach = std::sqrt(d2);
    const float within = 1.01F * (all.length + reach);
    const float beyond = std::max(0.0F, 0.99F * all.length - 1.01F * reach);
    const float longest = all.squared_length + std::min(all.most_squared_length, within * within);
    const float shortest = all.squared_length + std::max(all.least_squared_length, beyond * beyond);
    // 2|x·y| = |‖x‖² + ‖y‖² − d2| is largest where ‖y‖² is longest or shortest.
    const float product = std::max(std::abs(longest - d2), std::abs(shortest - d2));
    return rounding(all.ordinary_rounding, longest, product, all.concentration);
}

STRATOSCOPE_MULTIVERSION
void largest_roundings(const Surroundings& all, float unit, const float* d2, std::size_t n, float* out) {
    for (std::size_t at = 0; at < n; ++at)
        out[at] = unit * largest_rounding(all, d2[at]);
}

} // namespace

// How far float32 is off between some of the rows, which the product kernel of this machine tells.
void PreparedLayer::measure_rounding() {
    constexpr std::size_t most_rows = 64;
    constexpr float margin = 4.0F;
    std::vector<std::uint32_t> rows;
    for (std::size_t r = 0; r < std::min(images(), most_rows); ++r)
        rows.push_back(static_cast<std::uint32_t>(r * images() / std::min(images(), most_rows)));
    const PackedRows packed(*this, rows);
    PackedRows::Queries queries;
    Matrix<float> quick(rows.size(), PackedRows::padded(rows.size()));
    packed.pack({0, rows.size()}, queries);
    packed.squared_distances(queries, {0, rows.size()}, quick.view());
    float most = 0.0F;
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            const float lengths = squared_lengths_[rows[i]] + squared_lengths_[rows[j]];
            const auto error = static_cast<float>(
                std::abs(static_cast<double>(quick(i, j)) - quick_squared_distance(rows[i], rows[j])));
            const float explained =
                usual_structured_rounding * structured(lengths, std::abs(lengths - quick(i, j)),
                                                       concentration_[rows[i]] * concentration_[rows[j]]);
            if (lengths > 0.0F)
                most = std::max(most, (error / unit_roundoff_ - explained) / lengths);
        }
    ordinary_rounding_ = std::clamp(margin * most, least_ordinary, most_rounding);
}

float PreparedLayer::uncertainty(std::size_t i, std::size_t j, float d2) const noexcept {
    const float lengths = squared_lengths_[i] + squared_lengths_[j];
    return unit_roundoff_ * rounding(ordinary_rounding_, lengths, std::abs(lengths - d2),
                                     concentration_[i] * concentration_[j]);
}

void PreparedLayer::largest_uncertainties(std::size_t i, std::span<const float> d2,
                                          std::span<float> out) const noexcept {
    largest_roundings({squared_lengths_[i], std::sqrt(squared_lengths_[i]),
                       concentration_[i] * most_concentration_, least_squared_length_, most_squared_length_,
                       ordinary_rounding_},
                      1.0001F * unit_roundoff_, d2.data(), d2.size(), out.data());
}

float PreparedLayer::largest_uncertainty(std::size_t i, float d2) const noexcept {
    float out = 0.0F;
    largest_uncertainties(i, {&d2, 1}, {&out, 1});
    return out;
}

} // namespace stratoscope::engine
