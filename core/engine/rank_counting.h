// Counting, for some bounds, how many of a row's distances lie below them: what ranks are made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace stratoscope::engine {

/// A question: how many values are < low, and how many ≤ high; low ≤ high, both finite.
struct CountBounds {
    float low;
    float high;
};

struct Counts {
    std::uint32_t below_low;
    std::uint32_t up_to_high;
};

/// A distance and whose it is, kept together through the sort.
struct PlacedDistance {
    float value;
    std::uint32_t column;
};

/// Compares every value with every bound: nothing beats it for a few bounds.
void count_by_comparing(std::span<const float> values, std::span<const CountBounds> bounds,
                        std::span<Counts> out);

/// Counts for hundreds of bounds at little more than the cost of one.
///
/// Idea: the values are counted into some thousand equal cells between the smallest value and the largest
/// bound. All cells below a bound's own are below it as a whole; only the values of its own cell have to be
/// compared with it. Since the bounds are known before, their cells are marked first, and the sweep that
/// counts also notes who falls into a marked one: one table look-up does both, and nothing is sorted.
class CellCounter {
  public:
    /// values: non-negative or +infinity (self), looked at again by between(); they must outlive it. bounds:
    /// not empty. out: one a bound.
    void count(std::span<const float> values, std::span<const CountBounds> bounds, std::span<Counts> out);
    /// All placed distances in low … high of one of the bounds counted, in no particular order, appended to
    /// out.
    void between(CountBounds bounds, std::vector<PlacedDistance>& out) const;

  private:
    /// A cell that some bound lies in.
    struct Marked {
        std::uint32_t before; // values in all cells below
        std::uint32_t first;  // of its own in members_ …
        std::uint32_t end;    // … and behind the last
    };

    [[nodiscard]] std::size_t cell_of(float value) const;
    void place_cells(float largest);
    void mark(std::size_t first, std::size_t last);
    void mark_all(std::span<const CountBounds> bounds);
    void sweep();
    void sum_up();
    [[nodiscard]] const Marked& marked(float value) const { return marked_[slot_[cell_of(value)]]; }

    std::span<const float> values_;
    float smallest_ = 0.0F;
    float scale_ = 0.0F;
    std::size_t cells_ = 0;            // without the overflow's
    std::vector<std::uint16_t> cell_;  // of each value
    std::vector<std::uint32_t> count_; // of each cell; the highest bit is its mark
    std::vector<std::uint16_t> slot_;  // of each marked cell: its place in marked_
    std::vector<std::uint16_t> marks_; // the marked cells, as they come
    std::vector<Marked> marked_;       // what is known of each
    std::vector<std::uint32_t> before_;
    std::size_t noted_count_ = 0;
    std::vector<std::uint32_t> noted_;   // columns of values in marked cells, as they come
    std::vector<std::uint32_t> members_; // the same by cell
};

/// Where comparing stops being the cheaper way (measured on AVX-512: 28; the two differ little around it).
inline constexpr std::size_t most_bounds_to_compare = 24;

} // namespace stratoscope::engine
