#include "core/engine/rank_counting.h"

#include "core/engine/extremes_private.h"
#include "core/engine/multiversion_private.h"

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
static_assert(fewest_cells % lanes == 0 && 32 % lanes == 0);

template <std::size_t Step, std::size_t... Lane>
STRATOSCOPE_INLINE void add_from_before(Cells& sums, std::index_sequence<Lane...>) {
    sums += __builtin_shufflevector(Cells{}, sums, (lanes - Step + Lane)...);
}

// Adds to each lane what stands in all lanes before it.
STRATOSCOPE_INLINE void sum_lanes(Cells& sums) {
    constexpr auto every = std::make_index_sequence<lanes>();
    add_from_before<1>(sums, every);
    add_from_before<2>(sums, every);
    add_from_before<4>(sums, every);
    add_from_before<8>(sums, every);
}

template <std::size_t... Lane>
STRATOSCOPE_INLINE void store_in_turn(const Cells& a, const Cells& b, CellEnd* out,
                                      std::index_sequence<Lane...>) {
    static_assert(sizeof(CellEnd) == 2 * sizeof(std::uint32_t));
    const Cells first = __builtin_shufflevector(a, b, (Lane / 2 + Lane % 2 * lanes)...);
    const Cells second = __builtin_shufflevector(a, b, (lanes / 2 + Lane / 2 + Lane % 2 * lanes)...);
    std::memcpy(out, &first, sizeof(first));
    std::memcpy(out + lanes / 2, &second, sizeof(second));
}

// Of each cell: the values, and the members, in all cells before it.
STRATOSCOPE_MULTIVERSION
void sum_up_cells(const std::uint32_t* count, const std::uint32_t* marks, std::size_t cells, CellEnd* out) {
    constexpr Cells lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    Cells values_so_far{};
    Cells members_so_far{};
    for (std::size_t cell = 0; cell < cells; cell += lanes) {
        Cells here;
        std::memcpy(&here, count + cell, sizeof(here));
        const Cells marked = (Cells{} + (marks[cell / 32] >> cell % 32)) >> lane & 1U;
        const Cells members = here & (0U - marked);
        Cells values_up_to = here;
        Cells members_up_to = members;
        sum_lanes(values_up_to);
        sum_lanes(members_up_to);
        store_in_turn(values_so_far + values_up_to - here, members_so_far + members_up_to - members,
                      out + cell, std::make_index_sequence<lanes>());
        values_so_far += values_up_to[lanes - 1];
        members_so_far += members_up_to[lanes - 1];
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
    marks_.clear();
    std::size_t spanned = 0;
    for (std::size_t b = 0; b < bounds; ++b) {
        const std::uint32_t low = low_cell_[b];
        const std::uint32_t high = high_cell_[b];
        marks_.set(low); // most bounds lie in a single cell or two: no branch tells these apart
        marks_.set(high);
        if (high - low > 1)
            for (std::uint32_t cell = low + 1; cell < high; ++cell)
                marks_.set(cell);
        spanned += high - low;
        if (spanned > 2 * cells_) { // doubt everywhere
            marks_.set_first(cells_);
            return;
        }
    }
}

void CellCounter::sweep(std::size_t n) {
    count_.assign(cells_ + cells_behind, 0U);
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

// What is written for a cell is where its members begin, at the place of its end; gathering them moves it
// there.
void CellCounter::sum_up() {
    make_room(ends_, cells_ + 1);
    ends_[0] = {0, 0};
    sum_up_cells(count_.data(), marks_.words.data(), cells_, ends_.data() + 1);
}

// In two loops: where a member goes is read from memory, and in a single loop the next such reading would
// wait for every store before it whose address is not known yet, which is that of a member.
void CellCounter::gather_members(std::span<const float> values, std::span<const std::uint32_t> columns) {
    make_room(member_, values.size() + CountedCells::padding);
    make_room(member_of_noted_, values.size());
    CellEnd* const ends = ends_.data() + 1;
    for (std::size_t n = 0; n < noted_count_; ++n)
        member_of_noted_[n] = ends[cell_[noted_[n]]].members++;
    for (std::size_t n = 0; n < noted_count_; ++n) {
        const std::uint32_t j = noted_[n];
        member_[member_of_noted_[n]] = {values[j], columns.empty() ? j : columns[j]};
    }
    std::fill_n(member_.data() + noted_count_, CountedCells::padding,
                PlacedDistance{std::numeric_limits<float>::quiet_NaN(), 0});
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
    cell_compares().front()->count({ends_.data(), member_.data()}, low_cell_.data(), high_cell_.data(),
                                   bounds, out.data());
}

void CellCounter::between(std::size_t bound, CountBounds bounds, std::vector<PlacedDistance>& out) const {
    const std::uint32_t begin = ends_[low_cell_[bound]].members;
    const std::uint32_t end = ends_[high_cell_[bound] + std::size_t{1}].members;
    std::size_t found = out.size();
    out.resize(found + (end - begin));
    for (std::uint32_t at = begin; at < end; ++at) { // few, and no branch tells which
        out[found] = member_[at];
        found += member_[at].value >= bounds.low && member_[at].value <= bounds.high ? 1 : 0;
    }
    out.resize(found);
}

} // namespace stratoscope::engine
