// Which values fall into a marked cell, among some thousand cells: of those alone does counting by cells need
// more than their number.
//
// Idea: a bit a cell, so that all marks lie in two to eight registers; sixteen cells are looked up there by
// permuting these, and the places of the hits squeezed together and stored as a whole. Noted along with the
// counting, each value waits for the address that the one before it is noted at. Its naive twin is
// tests/core/engine/marked_cells_test.cpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace stratoscope::engine {

/// Bit c % 32 of word c / 32 is cell c's. There is a word behind the last cell, for cells that never are
/// marked.
struct CellMarks {
    static constexpr std::size_t most_cells = 4096;
    alignas(64) std::array<std::uint32_t, most_cells / 32 + 1> words{};

    void set(std::size_t cell) { words[cell / 32] |= 1U << cell % 32; }
    void set_first(std::size_t cells) { // a multiple of 32
        std::fill_n(words.begin(), cells / 32, ~0U);
    }
    void clear() { words.fill(0U); }
};

struct MarkedCells {
    const char* name; ///< avx512, avx2, plain

    /// The places among cell[0 … n−1] of those that are marked, rising; each cell is less than
    /// CellMarks::most_cells + 32. out has room for n + 16. Returns how many were found.
    std::size_t (*find)(const std::uint16_t* cell, std::size_t n, const CellMarks& marks, std::uint32_t* out);
};

/// All that this machine runs, the widest first. The same for the whole run of the program.
[[nodiscard]] std::span<const MarkedCells* const> marked_cells();

} // namespace stratoscope::engine
