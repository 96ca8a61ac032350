// Counting a layer's distances by the cells of histograms, on a GPU.
#pragma once

#include <cstdint>
#include <string>

namespace stratoscope::engine::distance_cells {

/// The cells of one histogram: those of engine::RankTable.
struct Cells {
    std::uint32_t lowest_bits;
    std::uint32_t shift;
    std::uint32_t last;   ///< cell
    std::int64_t* counts; ///< (cell), added to
};

inline constexpr unsigned histograms = 2;

/// All arrays are on the device. Counted are the squared distances of each row to the columns behind it, in
/// all histograms.
struct Question {
    const double* products; ///< rows × columns, of one layer
    std::int64_t rows;
    std::int64_t columns; ///< row r is column first_row + r, column c is first_column + c, in …
    std::int64_t first_row;
    std::int64_t first_column;
    const double* squared_length;   ///< … these: (column)
    const std::int32_t* twin_group; ///< (column), 0 without twins; or null
    Cells cells[histograms];
};

/// Starts the kernel on a stream (a cudaStream_t); returns what went wrong, or nothing.
[[nodiscard]] std::string launch(const Question& question, void* stream);

} // namespace stratoscope::engine::distance_cells
