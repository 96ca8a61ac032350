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

/// Sorts the values into about as many equal cells as there are values, between the smallest value and the
/// largest bound; what lies beyond needs no order. Each bound is then compared with its own cell alone, so
/// hundreds of bounds cost little more than one.
class CellCounter {
  public:
    /// values: non-negative or +infinity (self), looked at again by what follows; largest: no bound will lie
    /// above it.
    void fill(std::span<const float> values, float largest);
    [[nodiscard]] Counts count(CountBounds bounds) const;
    /// All placed distances in low … high, in no particular order, appended to out.
    void between(CountBounds bounds, std::vector<PlacedDistance>& out) const;

  private:
    [[nodiscard]] std::size_t cell_of(float value) const;

    std::span<const float> values_;
    float smallest_ = 0.0F;
    float scale_ = 0.0F;
    std::size_t cells_ = 0;             // without the overflow's
    std::vector<std::uint32_t> start_;  // of each cell, and the end of the last
    std::vector<std::uint16_t> cell_;   // of each value
    std::vector<std::uint32_t> column_; // sorted by cell
};

/// Where comparing stops being the cheaper way (measured on AVX-512: 28; the two differ little around it).
inline constexpr std::size_t most_bounds_to_compare = 24;

} // namespace stratoscope::engine
