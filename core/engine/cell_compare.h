// The last step of counting by cells: each bound against the values of its own cell. Its naive twin is
// tests/core/engine/cell_compare_test.cpp.
//
// Idea: a vector of values is compared with both bounds at once, since they are mostly of one cell. What lies
// behind the cell's end may be compared along with it: it is larger than the bound, and doesn't count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

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

/// A distance and whose it is.
struct PlacedDistance {
    float value;
    std::uint32_t column;
};

/// Where a cell ends. Both numbers of one cell lie side by side, since a bound that falls into it needs both.
struct CellEnd {
    std::uint32_t values;  ///< in all cells below it
    std::uint32_t members; ///< in it and in all cells below it, of those that are marked
};

/// Values by cell, rising from cell to cell and in no order within one.
struct CountedCells {
    /// NaNs that stand behind the last member.
    static constexpr std::size_t padding = 8;

    const CellEnd* ends; ///< that of cell c is ends[c + 1]; ends[0]: no members
    const PlacedDistance* member;
};

struct CellCompare {
    const char* name; ///< avx512, avx2, plain

    /// low_cell, high_cell: of each bound; marked, and all cells between them.
    void (*count)(const CountedCells& cells, const std::uint16_t* low_cell, const std::uint16_t* high_cell,
                  std::span<const CountBounds> bounds, Counts* out);
};

/// All that this machine runs, the widest first. The same for the whole run of the program.
[[nodiscard]] std::span<const CellCompare* const> cell_compares();

} // namespace stratoscope::engine
