// How far float32's distances may be from the truth: see PreparedLayer::uncertainty().
#include "core/engine/extremes_private.h"
#include "core/engine/multiversion_private.h"
#include "core/engine/packed_rows.h"
#include "core/engine/prepared_layer.h"

#include <algorithm>
#include <cmath>

namespace stratoscope::engine {
namespace {

// Of the products' rounding, in units of u: of ordinary pairs, and of all. Sums that cancel at last round
// more the more parts of the dimension are added up.
float least_ordinary(std::size_t dimension) {
    return std::max(1.5F, 0.5F * std::sqrt(static_cast<float>(dimension) / 256.0F));
}
constexpr float most_rounding = 64.0F;
// For sums that the distance tells of, and for what one column may make of them.
constexpr float product_share = 14.0F;
constexpr float column_share = 40.0F;

// Of the products: see uncertainty() in the header, in units of u. lengths: ‖x‖² + ‖y‖²; product: 2·|x·y|;
// concentration: both rows'; each at least.
STRATOSCOPE_INLINE float structured(float lengths, float product, float concentration) {
    return product_share * product + column_share * concentration * lengths;
}

STRATOSCOPE_INLINE float product_rounding(float ordinary, float lengths, float product, float concentration) {
    return std::min(most_rounding * lengths,
                    ordinary * lengths + structured(lengths, product, concentration));
}

// Of two relative lengths, their sum, and what the product makes of it.
STRATOSCOPE_INLINE float adding_rounding(float one, float other, float both, float relative) {
    return std::abs(one) + std::abs(other) + std::abs(both) + std::abs(relative);
}

// What the distances of one image have in common.
struct Surroundings {
    float squared_length; // its own
    float length;
    float relative_length;
    float typical;              // squared distance
    float concentration;        // with any other
    float least_squared_length; // of all images
    float most_squared_length;
    float ordinary_rounding;
};

// What any row within some distance may be in the rounding of the distance to it.
struct Neighbourhood {
    float typical;
    float longest_both;  // ‖x‖² + ‖y‖², at most
    float shortest_both; // at least
    float adding;        // of that all but the distance itself
    float columns;       // what is ordinary, and what columns make of it
};

STRATOSCOPE_INLINE Neighbourhood neighbourhood(const Surroundings& all, float furthest) {
    // The distance may be off itself, by 64u(‖x‖² + ‖y‖²): the root of that is a third of a hundredth of the
    // lengths (more with the fourth root of the dimension beyond 16384: a hundredth at millions). Next to
    // rows much shorter than is typical it may be off by more than they are long, but then it is adding that
    // rounds, and this knows no ‖y‖².
    const float reach = std::sqrt(std::max(0.0F, furthest + all.typical));
    const float within = 1.01F * (all.length + reach);
    const float beyond = std::max(0.0F, 0.99F * all.length - 1.01F * reach);
    const float longest = std::min(all.most_squared_length, within * within);
    const float shortest = std::max(all.least_squared_length, beyond * beyond);
    const float longest_both = all.squared_length + longest;
    const float shortest_both = all.squared_length + shortest;
    // What is added is largest where ‖y‖² is longest or shortest.
    const float half = 0.5F * all.typical;
    const float other = std::max(std::abs(longest - half), std::abs(shortest - half));
    const float both = std::max(std::abs(longest_both - all.typical), std::abs(shortest_both - all.typical));
    return {all.typical, longest_both, shortest_both, adding_rounding(all.relative_length, other, both, 0.0F),
            all.ordinary_rounding * longest_both + structured(longest_both, 0.0F, all.concentration)};
}

STRATOSCOPE_INLINE float largest_rounding(const Neighbourhood& near, float relative) {
    // 2|x·y| = |‖x‖² + ‖y‖² − d2|, which is largest where ‖y‖² is longest or shortest too.
    const float d2 = std::max(0.0F, relative + near.typical);
    const float product = std::max(std::abs(near.longest_both - d2), std::abs(near.shortest_both - d2));
    return near.adding + std::abs(relative) +
           std::min(most_rounding * near.longest_both, near.columns + product_share * product);
}

constexpr std::size_t lanes = 16;

STRATOSCOPE_INLINE void roundings_of(const Neighbourhood& near, float unit, float underflow,
                                     const float* relative, float* out) {
    for (std::size_t lane = 0; lane < lanes; ++lane)
        out[lane] = underflow + unit * largest_rounding(near, relative[lane]);
}

// One neighbourhood for all, that of the furthest: roots are dear, and what few rows are shorter or longer
// than those within reach makes little of the rounding.
STRATOSCOPE_MULTIVERSION
void largest_roundings(const Surroundings& all, float unit, float underflow, const float* relative,
                       std::size_t n, float* out) {
    const Neighbourhood near = neighbourhood(all, largest_of(relative, n));
    std::size_t first = 0;
    for (; first + lanes <= n; first += lanes)
        roundings_of(near, unit, underflow, relative + first, out + first);
    if (first == n)
        return;
    float rest[lanes] = {};
    std::copy(relative + first, relative + n, rest);
    roundings_of(near, unit, underflow, rest, rest);
    std::copy_n(rest, n - first, out + first);
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
    packed.relative_distances(queries, {0, rows.size()}, quick.view());
    float most = 0.0F;
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            const PairLengths pair = lengths_of(rows[i], rows[j], quick(i, j));
            const double truth =
                quick_squared_distance(rows[i], rows[j]) - static_cast<double>(typical_squared_distance_);
            const auto error =
                static_cast<float>(std::abs(static_cast<double>(quick(i, j)) - truth)) / unit_roundoff_;
            const float explained = structured(pair.lengths, pair.product, pair.concentration);
            if (pair.lengths > 0.0F)
                most = std::max(most, (margin * (error - pair.adding) - explained) / pair.lengths);
        }
    ordinary_rounding_ = std::clamp(most, least_ordinary(dimension()), most_rounding);
}

PreparedLayer::PairLengths PreparedLayer::lengths_of(std::size_t i, std::size_t j,
                                                     float relative) const noexcept {
    const RowLengths& one = lengths_of_[i];
    const RowLengths& other = lengths_of_[j];
    const float both = one.relative + other.relative;
    return {one.squared + other.squared, std::abs(both - relative), one.concentration * other.concentration,
            adding_rounding(one.relative, other.relative, both, relative)};
}

float PreparedLayer::uncertainty(std::size_t i, std::size_t j, float relative) const noexcept {
    const PairLengths pair = lengths_of(i, j, relative);
    return underflow_ + unit_roundoff_ * (pair.adding + product_rounding(ordinary_rounding_, pair.lengths,
                                                                         pair.product, pair.concentration));
}

void PreparedLayer::largest_uncertainties(std::size_t i, std::span<const float> relative,
                                          std::span<float> out) const noexcept {
    const RowLengths& own = lengths_of_[i];
    largest_roundings({own.squared, std::sqrt(own.squared), own.relative, typical_squared_distance_,
                       own.concentration * most_concentration_, least_squared_length_, most_squared_length_,
                       ordinary_rounding_},
                      1.0001F * unit_roundoff_, 1.0001F * underflow_, relative.data(), relative.size(),
                      out.data());
}

float PreparedLayer::largest_uncertainty(std::size_t i, float relative) const noexcept {
    float out = 0.0F;
    largest_uncertainties(i, {&relative, 1}, {&out, 1});
    return out;
}

} // namespace stratoscope::engine
