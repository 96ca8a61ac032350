#include "core/engine/rank_counting.h"

#include "core/engine/multiversion_private.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace stratoscope::engine {
namespace {

STRATOSCOPE_MULTIVERSION
void count_one(const float* values, std::size_t n, float low, float high, std::uint32_t* below,
               std::uint32_t* up_to) {
    std::uint32_t less = 0;
    std::uint32_t at_most = 0;
    for (std::size_t j = 0; j < n; ++j) {
        less += values[j] < low ? 1U : 0U;
        at_most += values[j] <= high ? 1U : 0U;
    }
    *below = less;
    *up_to = at_most;
}

STRATOSCOPE_MULTIVERSION
float smallest_of(const float* values, std::size_t n) {
    float lanes[16];
    std::fill(std::begin(lanes), std::end(lanes), std::numeric_limits<float>::infinity());
    std::size_t j = 0;
    for (; j + 16 <= n; j += 16)
        for (std::size_t lane = 0; lane < 16; ++lane)
            lanes[lane] = values[j + lane] < lanes[lane] ? values[j + lane] : lanes[lane];
    float least = *std::min_element(std::begin(lanes), std::end(lanes));
    for (; j < n; ++j)
        least = std::min(least, values[j]);
    return least;
}

// What lies beyond all bounds needs no order; it is dealt to as many cells as there are lanes, since one
// cell's counter, raised thousands of times in a row, would be a chain of stores waiting for each other.
constexpr std::size_t overflow_cells = 16;
constexpr std::size_t most_cells = 65536 - overflow_cells;

STRATOSCOPE_MULTIVERSION
void assign_cells(const float* values, std::size_t n, float smallest, float scale, float overflow,
                  std::uint16_t* cells) {
    std::size_t j = 0;
    for (; j + overflow_cells <= n; j += overflow_cells)
        for (std::size_t lane = 0; lane < overflow_cells; ++lane) {
            const float at = (values[j + lane] - smallest) * scale;
            const float limit = overflow + static_cast<float>(static_cast<std::int32_t>(lane));
            cells[j + lane] = static_cast<std::uint16_t>(static_cast<std::int32_t>(at < limit ? at : limit));
        }
    for (; j < n; ++j) {
        const float at = (values[j] - smallest) * scale;
        cells[j] = static_cast<std::uint16_t>(static_cast<std::int32_t>(at < overflow ? at : overflow));
    }
}

} // namespace

void count_by_comparing(std::span<const float> values, std::span<const CountBounds> bounds,
                        std::span<Counts> out) {
    for (std::size_t b = 0; b < bounds.size(); ++b)
        count_one(values.data(), values.size(), bounds[b].low, bounds[b].high, &out[b].below_low,
                  &out[b].up_to_high);
}

std::size_t CellCounter::cell_of(float value) const {
    // The same arithmetic as assign_cells, so that a value and an equal bound meet in the same cell; a bound
    // below all is in the first, one above all in the last that counts.
    const float at = (value - smallest_) * scale_;
    const auto last = static_cast<float>(cells_ - 1);
    return at <= 0.0F ? 0 : static_cast<std::size_t>(static_cast<std::int32_t>(at < last ? at : last));
}

void CellCounter::fill(std::span<const float> values, float largest) {
    const std::size_t n = values.size();
    values_ = values;
    cells_ = std::min(std::bit_floor(std::max<std::size_t>(n, 4)), most_cells);
    smallest_ = smallest_of(values.data(), n);
    const float range = largest - smallest_;
    // The largest bound falls into the last cell but one at most: what overflows is above every bound.
    scale_ = range > 0.0F ? static_cast<float>(cells_ - 2) / range : 0.0F;
    if (!std::isfinite(scale_))
        scale_ = 0.0F;
    cell_.resize(n);
    assign_cells(values.data(), n, smallest_, scale_, static_cast<float>(cells_), cell_.data());
    if (scale_ == 0.0F) // everything in one place: infinity × 0 is no number
        std::ranges::transform(values, cell_.begin(), [&](float value) {
            return static_cast<std::uint16_t>(value <= largest ? 0 : cells_);
        });
    const std::size_t all = cells_ + overflow_cells;
    start_.assign(all + 2, 0);
    // start_[c + 2] counts cell c, becomes its beginning one place lower, and the scatter moves that to its
    // end.
    std::uint32_t* count = start_.data() + 2;
    for (const std::uint16_t cell : cell_)
        ++count[cell];
    for (std::size_t cell = 0; cell < all; ++cell)
        start_[cell + 2] += start_[cell + 1];
    column_.resize(n);
    std::uint32_t* cursor = start_.data() + 1;
    for (std::size_t j = 0; j < n; ++j)
        column_[cursor[cell_[j]]++] = static_cast<std::uint32_t>(j);
}

Counts CellCounter::count(CountBounds bounds) const {
    const std::size_t low_cell = cell_of(bounds.low);
    const std::size_t high_cell = cell_of(bounds.high);
    Counts counts{start_[low_cell], start_[high_cell]};
    for (std::size_t at = start_[low_cell]; at < start_[low_cell + 1]; ++at)
        counts.below_low += values_[column_[at]] < bounds.low ? 1U : 0U;
    for (std::size_t at = start_[high_cell]; at < start_[high_cell + 1]; ++at)
        counts.up_to_high += values_[column_[at]] <= bounds.high ? 1U : 0U;
    return counts;
}

void CellCounter::between(CountBounds bounds, std::vector<PlacedDistance>& out) const {
    for (std::size_t at = start_[cell_of(bounds.low)]; at < start_[cell_of(bounds.high) + 1]; ++at) {
        const float value = values_[column_[at]];
        if (value >= bounds.low && value <= bounds.high)
            out.push_back({value, column_[at]});
    }
}

} // namespace stratoscope::engine
