#include "core/engine/rank_counting.h"

#include "core/engine/extremes_private.h"
#include "core/engine/multiversion_private.h"
#include "core/engine/row_scan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

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
    return least_of(values, n);
}

// Of lows and highs, which stand in turn: no low is above its high.
STRATOSCOPE_MULTIVERSION
float highest_of(const float* lows_and_highs, std::size_t n) {
    return largest_of(lows_and_highs, n);
}

constexpr std::size_t fewest_cells = 64;
// Their counters stay in the first cache.
constexpr std::size_t most_cells = CellMarks::most_cells;
// Far fewer than are compared at a time: where distances are dense there are more.
constexpr std::size_t values_a_cell = 2;
constexpr std::uint32_t mark_bit = CountedCells::mark;

// A value and an equal bound meet in the same cell, and no larger value in a lower one: rounding is
// monotonic.
STRATOSCOPE_INLINE std::uint32_t cell_at(float value, float smallest, float scale, float last) {
    float at = (value - smallest) * scale;
    // A bound may lie below all values, and what is no number comes to the first cell.
    at = at > 0.0F ? at : 0.0F;
    at = at < last ? at : last;
    return static_cast<std::uint32_t>(static_cast<std::int32_t>(at));
}

// Values above all bounds come to cells behind the last. There are several, in turn: a counter waits for what
// it was told just before.
constexpr std::size_t cells_behind = 16;
static_assert(cells_behind <= 32); // so many more than marks are known of

STRATOSCOPE_MULTIVERSION
void assign_cells(const float* values, std::size_t n, float smallest, float scale, float last,
                  std::uint16_t* cells) {
    float behind[cells_behind];
    for (std::size_t at = 0; at < cells_behind; ++at)
        behind[at] = last + 1.0F + static_cast<float>(at);
    std::size_t first = 0;
    for (; first + cells_behind <= n; first += cells_behind)
        for (std::size_t at = 0; at < cells_behind; ++at)
            cells[first + at] =
                static_cast<std::uint16_t>(cell_at(values[first + at], smallest, scale, behind[at]));
    for (std::size_t at = 0; first + at < n; ++at)
        cells[first + at] =
            static_cast<std::uint16_t>(cell_at(values[first + at], smallest, scale, behind[at]));
}

STRATOSCOPE_MULTIVERSION
void assign_cells(const CountBounds* bounds, std::size_t n, float smallest, float scale, float last,
                  std::uint16_t* low, std::uint16_t* high) {
    for (std::size_t b = 0; b < n; ++b) {
        low[b] = static_cast<std::uint16_t>(cell_at(bounds[b].low, smallest, scale, last));
        high[b] = static_cast<std::uint16_t>(cell_at(bounds[b].high, smallest, scale, last));
    }
}

using Cells = std::uint32_t __attribute__((vector_size(64)));
constexpr std::size_t lanes = sizeof(Cells) / sizeof(std::uint32_t);
static_assert(fewest_cells % lanes == 0);

template <std::size_t Step, std::size_t... Lane>
STRATOSCOPE_INLINE void add_from_before(Cells& sums, std::index_sequence<Lane...>) {
    sums += __builtin_shufflevector(Cells{}, sums, (lanes - Step + Lane)...);
}

// before: what stands in all lanes before, and `total` more; total becomes that of all.
STRATOSCOPE_INLINE void sum_before(const Cells& values, Cells& total, std::uint32_t* before) {
    constexpr auto every = std::make_index_sequence<lanes>();
    Cells sums = values;
    add_from_before<1>(sums, every);
    add_from_before<2>(sums, every);
    add_from_before<4>(sums, every);
    add_from_before<8>(sums, every);
    const Cells all_before = total + (sums - values);
    total += sums[lanes - 1];
    std::memcpy(before, &all_before, sizeof(all_before));
}

// Of each cell: the values, and the members, in all cells before it.
STRATOSCOPE_MULTIVERSION
void sum_up_cells(const std::uint32_t* count, std::size_t cells, std::uint32_t* before,
                  std::uint32_t* members_before) {
    Cells values_so_far{};
    Cells members_so_far{};
    for (std::size_t cell = 0; cell < cells; cell += lanes) {
        Cells marked;
        std::memcpy(&marked, count + cell, sizeof(marked));
        const Cells here = marked & ~mark_bit;
        const Cells members = here & (0U - (marked >> 31));
        sum_before(here, values_so_far, before + cell);
        sum_before(members, members_so_far, members_before + cell);
    }
}

template <class T>
void make_room(AlignedVector<T>& values, std::size_t n) {
    if (values.size() < n)
        values = AlignedVector<T>(n);
}

} // namespace

float highest_bound(std::span<const CountBounds> bounds) {
    static_assert(sizeof(CountBounds) == 2 * sizeof(float));
    return highest_of(&bounds.front().low, 2 * bounds.size());
}

void count_by_comparing(std::span<const float> values, std::span<const CountBounds> bounds,
                        std::span<Counts> out) {
    for (std::size_t b = 0; b < bounds.size(); ++b)
        count_one(values.data(), values.size(), bounds[b].low, bounds[b].high, &out[b].below_low,
                  &out[b].up_to_high);
}

void CellCounter::place_cells(std::span<const float> values, std::span<const CountBounds> bounds) {
    const std::size_t n = values.size();
    const float largest = highest_bound(bounds);
    cells_ = std::clamp(std::bit_floor(n / values_a_cell + 1), fewest_cells, most_cells);
    smallest_ = smallest_of(values.data(), n);
    const float range = largest - smallest_;
    scale_ = range > 0.0F ? static_cast<float>(cells_ - 1) / range : 0.0F;
    if (!std::isfinite(scale_))
        scale_ = 0.0F; // everything in one cell
    make_room(cell_, n);
    const auto last = static_cast<float>(cells_ - 1);
    assign_cells(values.data(), n, smallest_, scale_, last, cell_.data());
    make_room(low_cell_, bounds.size());
    make_room(high_cell_, bounds.size());
    assign_cells(bounds.data(), bounds.size(), smallest_, scale_, last, low_cell_.data(), high_cell_.data());
}

void CellCounter::mark(std::size_t bounds) {
    count_.assign(cells_ + cells_behind, 0U);
    marks_.clear();
    std::size_t spanned = 0;
    for (std::size_t b = 0; b < bounds; ++b) {
        for (std::uint32_t cell = low_cell_[b]; cell <= high_cell_[b]; ++cell) {
            count_[cell] = mark_bit;
            marks_.set(cell);
        }
        spanned += high_cell_[b] - low_cell_[b];
        if (spanned > 2 * cells_) { // doubt everywhere
            std::fill_n(count_.begin(), cells_, mark_bit);
            marks_.set_first(cells_);
            return;
        }
    }
}

void CellCounter::sweep(std::size_t n) {
    std::uint32_t* const count = count_.data();
    const std::uint16_t* const cell = cell_.data();
    std::size_t j = 0;
    for (; j + 4 <= n; j += 4) {
        // All four are loaded before the first is counted: the compiler can't know that counting leaves them
        // alone.
        const std::array<std::size_t, 4> four{cell[j], cell[j + 1], cell[j + 2], cell[j + 3]};
#pragma GCC unroll 4
        for (std::size_t at = 0; at < 4; ++at)
            ++count[four[at]];
    }
    for (; j < n; ++j)
        ++count[cell[j]];
}

void CellCounter::note_marked(std::size_t n) {
    make_room(noted_, n + 16);
    noted_count_ = marked_cells().front()->find(cell_.data(), n, marks_, noted_.data());
}

void CellCounter::sum_up() {
    make_room(before_, cells_);
    make_room(member_end_, cells_);
    sum_up_cells(count_.data(), cells_, before_.data(), member_end_.data()); // ends: when all are gathered
}

void CellCounter::gather_members(std::span<const float> values, std::span<const std::uint32_t> columns) {
    make_room(member_, values.size() + CountedCells::padding);
    make_room(member_column_, values.size());
    for (const std::uint32_t j : std::span(noted_).first(noted_count_)) {
        const std::uint32_t to = member_end_[cell_[j]]++;
        member_[to] = values[j];
        member_column_[to] = columns.empty() ? j : columns[j];
    }
    std::fill_n(member_.data() + noted_count_, CountedCells::padding,
                std::numeric_limits<float>::quiet_NaN());
}

void CellCounter::count(std::span<const float> values, std::span<const std::uint32_t> columns,
                        std::span<const CountBounds> bounds, std::span<Counts> out) {
    if (values.empty()) {
        std::ranges::fill(out, Counts{0, 0});
        return;
    }
    place_cells(values, bounds);
    mark(bounds.size());
    sweep(values.size());
    note_marked(values.size());
    sum_up();
    gather_members(values, columns);
    cell_compares().front()->count({count_.data(), before_.data(), member_end_.data(), member_.data()},
                                   low_cell_.data(), high_cell_.data(), bounds, out.data());
}

void CellCounter::between(std::size_t bound, CountBounds bounds, std::vector<PlacedDistance>& out) const {
    const std::size_t low_cell = low_cell_[bound];
    const std::uint32_t end = member_end_[high_cell_[bound]];
    // Whole vectors: what lies behind the end is in a higher cell, or NaN.
    std::array<float, 2 * CountedCells::padding> value;
    std::array<std::uint32_t, 2 * CountedCells::padding> which;
    for (std::uint32_t at = member_end_[low_cell] - (count_[low_cell] & ~mark_bit); at < end;
         at += CountedCells::padding) {
        const std::size_t found = row_scans().front()->between(
            member_.data() + at, CountedCells::padding, bounds.low, bounds.high, value.data(), which.data());
        for (std::size_t n = 0; n < found; ++n)
            out.push_back({value[n], member_column_[at + which[n]]});
    }
}

} // namespace stratoscope::engine
