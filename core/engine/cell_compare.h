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

/// Values by cell, rising from cell to cell and in no order within one.
struct CountedCells {
    /// The highest bit of a count is the cell's mark: its values are among `member`.
    static constexpr std::uint32_t mark = 0x80000000U;
    /// NaNs that stand behind the last member.
    static constexpr std::size_t padding = 16;

    const std::uint32_t* count;      ///< of values in each cell, with marks
    const std::uint32_t* before;     ///< values in all cells below it
    const std::uint32_t* member_end; ///< behind its last in `member`
    const float* member;
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
