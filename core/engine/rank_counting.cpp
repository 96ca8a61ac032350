#include "core/engine/rank_counting.h"

#include "core/engine/multiversion_private.h"

#include <algorithm>
#include <array>
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

// What lies beyond all bounds needs no order; it is dealt to many cells in turn, since one cell's counter,
// raised thousands of times in a row, would be a chain of stores waiting for each other. More of them than
// values that a processor works on at a time.
constexpr std::size_t overflow_cells = 64;
// Their counters stay in the first cache.
constexpr std::size_t most_cells = 4096;
// Cells whose counters are summed together on the way to a marked one.
constexpr std::size_t group = 64;
constexpr std::uint32_t mark_bit = 0x80000000U;

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

// Of the first `cells` counters of a group, marks left out.
STRATOSCOPE_INLINE std::uint32_t sum_of_group(const std::uint32_t* counts, std::uint32_t cells) {
    std::uint32_t sum = 0;
    for (std::uint32_t cell = 0; cell < group; ++cell)
        sum += cell < cells ? counts[cell] & ~mark_bit : 0U;
    return sum;
}

// before[m]: values in all cells below marks[m].
STRATOSCOPE_MULTIVERSION
void sum_before(const std::uint32_t* counts, std::size_t cells, const std::uint16_t* marks,
                std::size_t marked, std::uint32_t* before) {
    std::uint32_t below[most_cells / group]; // in the groups before
    std::uint32_t sum = 0;
    for (std::size_t g = 0; g < cells / group; ++g) {
        below[g] = sum;
        sum += sum_of_group(counts + g * group, group);
    }
    for (std::size_t m = 0; m < marked; ++m) {
        const std::size_t g = marks[m] / group;
        before[m] = below[g] + sum_of_group(counts + g * group, static_cast<std::uint32_t>(marks[m] % group));
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

void CellCounter::place_cells(float largest) {
    const std::size_t n = values_.size();
    cells_ = std::min(std::bit_floor(std::max(n, group)), most_cells);
    smallest_ = smallest_of(values_.data(), n);
    const float range = largest - smallest_;
    // The largest bound falls into the last cell but one at most: what overflows is above every bound.
    scale_ = range > 0.0F ? static_cast<float>(cells_ - 2) / range : 0.0F;
    if (!std::isfinite(scale_))
        scale_ = 0.0F;
    cell_.resize(n);
    assign_cells(values_.data(), n, smallest_, scale_, static_cast<float>(cells_), cell_.data());
    if (scale_ == 0.0F) // everything in one place: infinity × 0 is no number
        std::ranges::transform(values_, cell_.begin(), [&](float value) {
            return static_cast<std::uint16_t>(value <= largest ? 0 : cells_);
        });
}

void CellCounter::mark(std::size_t first, std::size_t last) {
    for (std::size_t cell = first; cell <= last; ++cell)
        if (count_[cell] == 0) {
            count_[cell] = mark_bit;
            slot_[cell] = static_cast<std::uint16_t>(marks_.size());
            marks_.push_back(static_cast<std::uint16_t>(cell));
        }
}

void CellCounter::mark_all(std::span<const CountBounds> bounds) {
    count_.assign(cells_ + overflow_cells, 0);
    slot_.resize(cells_);
    marks_.clear();
    std::size_t spanned = 0;
    for (const CountBounds& one : bounds) {
        const std::size_t low = cell_of(one.low);
        const std::size_t high = cell_of(one.high);
        spanned += high - low + 1;
        if (spanned > 2 * cells_) { // doubt everywhere
            mark(0, cells_ - 1);
            return;
        }
        mark(low, high);
    }
}

void CellCounter::sweep() {
    const std::size_t n = values_.size();
    if (noted_.size() < n)
        noted_.resize(n);
    std::uint32_t* const count = count_.data();
    std::uint32_t* const noted = noted_.data();
    const std::uint16_t* const cell = cell_.data();
    std::size_t found = 0;
    const auto add = [&](std::size_t j, std::size_t c) {
        const std::uint32_t before = count[c];
        count[c] = before + 1;
        noted[found] = static_cast<std::uint32_t>(j);
        found += before >> 31;
    };
    std::size_t j = 0;
    for (; j + 4 <= n; j += 4) {
        // All four are loaded before the first is counted: the compiler can't know that counting leaves them
        // alone.
        const std::array<std::size_t, 4> four{cell[j], cell[j + 1], cell[j + 2], cell[j + 3]};
#pragma GCC unroll 4
        for (std::size_t at = 0; at < 4; ++at)
            add(j + at, four[at]);
    }
    for (; j < n; ++j)
        add(j, cell[j]);
    noted_count_ = found;
}

void CellCounter::sum_up() {
    before_.resize(marks_.size());
    sum_before(count_.data(), cells_, marks_.data(), marks_.size(), before_.data());
    marked_.resize(marks_.size());
    std::uint32_t members = 0;
    for (std::size_t m = 0; m < marks_.size(); ++m) {
        marked_[m] = {before_[m], members, members};
        members += count_[marks_[m]] & ~mark_bit;
    }
    members_.resize(members);
    for (const std::uint32_t column : std::span(noted_).first(noted_count_))
        members_[marked_[slot_[cell_[column]]].end++] = column;
}

void CellCounter::count(std::span<const float> values, std::span<const CountBounds> bounds,
                        std::span<Counts> out) {
    values_ = values;
    place_cells(std::ranges::max_element(bounds, {}, &CountBounds::high)->high);
    mark_all(bounds);
    sweep();
    sum_up();
    for (std::size_t b = 0; b < bounds.size(); ++b) {
        const Marked& low = marked(bounds[b].low);
        const Marked& high = marked(bounds[b].high);
        Counts counts{low.before, high.before};
        for (std::uint32_t at = low.first; at < low.end; ++at)
            counts.below_low += values_[members_[at]] < bounds[b].low ? 1U : 0U;
        for (std::uint32_t at = high.first; at < high.end; ++at)
            counts.up_to_high += values_[members_[at]] <= bounds[b].high ? 1U : 0U;
        out[b] = counts;
    }
}

void CellCounter::between(CountBounds bounds, std::vector<PlacedDistance>& out) const {
    const std::size_t last = cell_of(bounds.high);
    for (std::size_t cell = cell_of(bounds.low); cell <= last; ++cell) {
        const Marked& here = marked_[slot_[cell]];
        for (std::uint32_t at = here.first; at < here.end; ++at) {
            const float value = values_[members_[at]];
            if (value >= bounds.low && value <= bounds.high)
                out.push_back({value, members_[at]});
        }
    }
}

} // namespace stratoscope::engine
