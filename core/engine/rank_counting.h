// Counting, for some bounds, how many of a row's distances lie below them: what ranks are made of.
#pragma once

#include "core/base/matrix.h"
#include "core/engine/cell_compare.h"
#include "core/engine/marked_cells.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace stratoscope::engine {

/// The largest high; bounds: not empty.
[[nodiscard]] float highest_bound(std::span<const CountBounds> bounds);

/// Compares every value with every bound: nothing beats it for a few bounds.
void count_by_comparing(std::span<const float> values, std::span<const CountBounds> bounds,
                        std::span<Counts> out);

/// Counts for hundreds of bounds at little more than the cost of one.
///
/// Idea: values are counted into some thousand equal cells between the smallest of them and the largest
/// bound. All cells below a bound's own are below it as a whole; only the values of its own cell have to be
/// compared with it. Since the bounds are known before, their cells are marked first: who falls into a marked
/// one is noted (marked_cells.h), and nothing is sorted. Those noted are put together by cell and compared a
/// vector at a time (cell_compare.h).
class CellCounter {
  public:
    /// columns: of each value; none: its place is its column. bounds: not empty. out: one a bound.
    void count(std::span<const float> values, std::span<const std::uint32_t> columns,
               std::span<const CountBounds> bounds, std::span<Counts> out);
    /// All placed distances in low … high of `bounds`, the one counted at this place, in no particular order,
    /// appended to out.
    void between(std::size_t bound, CountBounds bounds, std::vector<PlacedDistance>& out) const;

  private:
    void place_cells(std::span<const float> values, std::span<const CountBounds> bounds);
    void mark(std::size_t bounds);
    void sweep(std::size_t n);
    void note_marked(std::size_t n);
    void sum_up();
    void gather_members(std::span<const float> values, std::span<const std::uint32_t> columns);

    float smallest_ = 0.0F;
    float scale_ = 0.0F;
    std::size_t cells_ = 0;
    AlignedVector<std::uint16_t> cell_;     // of each value
    AlignedVector<std::uint16_t> low_cell_; // of each bound
    AlignedVector<std::uint16_t> high_cell_;
    AlignedVector<std::uint32_t> count_; // of values in each cell
    CellMarks marks_;
    AlignedVector<CellEnd> ends_;
    std::size_t noted_count_ = 0;
    AlignedVector<std::uint32_t> noted_; // values in marked cells, as they come
    AlignedVector<std::uint32_t> member_of_noted_;
    AlignedVector<PlacedDistance> member_; // the same by cell, and NaNs behind the last
};

/// Where comparing stops being the cheaper way (measured on AVX-512).
inline constexpr std::size_t most_bounds_to_compare = 24;

} // namespace stratoscope::engine
