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

STRATOSCOPE_MULTIVERSION
void assign_cells(const float* values, std::size_t n, float smallest, float scale, float last,
                  std::uint32_t* cells) {
    for (std::size_t j = 0; j < n; ++j) {
        const float at = (values[j] - smallest) * scale;
        cells[j] = static_cast<std::uint32_t>(static_cast<std::int32_t>(at < last ? at : last));
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
    // below all is in the first.
    const auto last = static_cast<float>(cells_ - 1);
    const float at = (value - smallest_) * scale_;
    return at <= 0.0F ? 0 : static_cast<std::size_t>(static_cast<std::int32_t>(at < last ? at : last));
}

void CellCounter::fill(std::span<const float> values, float largest) {
    const std::size_t n = values.size();
    cells_ = std::bit_floor(std::max<std::size_t>(n, 2)) + 1;
    smallest_ = smallest_of(values.data(), n);
    const float range = largest - smallest_;
    // One cell is spared: a bound at the very end must not fall into the overflow, whose values are not
    // looked at one by one.
    scale_ = range > 0.0F ? static_cast<float>(cells_ - 2) / range : 0.0F;
    if (!std::isfinite(scale_))
        scale_ = 0.0F;
    cell_.resize(n);
    assign_cells(values.data(), n, smallest_, scale_, static_cast<float>(cells_ - 1), cell_.data());
    if (scale_ == 0.0F) // everything in one place: infinity × 0 is no number
        std::ranges::transform(values, cell_.begin(), [&](float value) {
            return value <= largest ? 0U : static_cast<std::uint32_t>(cells_ - 1);
        });
    start_.assign(cells_ + 1, 0);
    for (const std::uint32_t cell : cell_)
        ++start_[cell + 1];
    for (std::size_t cell = 0; cell < cells_; ++cell)
        start_[cell + 1] += start_[cell];
    placed_.resize(n);
    // start_[c] serves as the cursor of cell c, which leaves it at the start of cell c + 1: shift back
    // afterwards.
    for (std::size_t j = 0; j < n; ++j)
        placed_[start_[cell_[j]]++] = {values[j], static_cast<std::uint32_t>(j)};
    std::copy_backward(start_.begin(), start_.end() - 1, start_.end());
    start_.front() = 0;
}

Counts CellCounter::count(CountBounds bounds) const {
    const std::size_t low_cell = cell_of(bounds.low);
    const std::size_t high_cell = cell_of(bounds.high);
    Counts counts{start_[low_cell], start_[high_cell]};
    for (std::size_t at = start_[low_cell]; at < start_[low_cell + 1]; ++at)
        counts.below_low += placed_[at].value < bounds.low ? 1U : 0U;
    for (std::size_t at = start_[high_cell]; at < start_[high_cell + 1]; ++at)
        counts.up_to_high += placed_[at].value <= bounds.high ? 1U : 0U;
    return counts;
}

void CellCounter::between(CountBounds bounds, std::vector<PlacedDistance>& out) const {
    for (std::size_t at = start_[cell_of(bounds.low)]; at < start_[cell_of(bounds.high) + 1]; ++at)
        if (placed_[at].value >= bounds.low && placed_[at].value <= bounds.high)
            out.push_back(placed_[at]);
}

} // namespace stratoscope::engine
