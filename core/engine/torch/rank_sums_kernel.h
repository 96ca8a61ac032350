// The kernel of rank_sums_steps.h as the C++ side calls it; no CUDA header is needed to see it.
#pragma once

#include <cstdint>
#include <string>

namespace stratoscope::engine::rank_sums {

/// Places that a block of threads can rank.
inline constexpr std::int64_t most_places = 1024;

/// How the lists of a row are cut into pieces, one for a block of threads.
struct Pieces {
    std::int64_t lists; ///< of a piece
    std::int64_t count; ///< of pieces, for each row and layer
};

/// lists ≥ 1, length 1 … most_places: of each, places that may count.
[[nodiscard]] inline Pieces pieces_of(std::int64_t lists, std::int64_t length) {
    const std::int64_t together = lists * length <= most_places ? lists : most_places / length;
    return {together, (lists + together - 1) / together};
}

/// Whether a question of this size can be asked.
[[nodiscard]] inline bool fits(std::int64_t layers, std::int64_t lists, std::int64_t length) {
    constexpr std::int64_t most_blocks = 65535; // of a grid's second dimension
    return length <= most_places && layers * pieces_of(lists, length).count <= most_blocks;
}

/// All arrays are on the device. A layer stands for one in which ranks are asked.
struct Question {
    const double* d2; ///< (layer, row, column): column c at d2 + layer · layer_stride + row · row_stride + c
    std::int64_t layer_stride;
    std::int64_t row_stride;
    std::int64_t layers;
    std::int64_t rows;
    std::int64_t columns;
    const std::int64_t* first;      ///< (row): the columns that count begin here …
    const std::int64_t* size;       ///< … and are so many
    const double* squared_length;   ///< (layer, row)
    const double* doubt;            ///< (layer)
    const std::int32_t* twin_group; ///< (layer, column), 0 without twins; or null
    const std::int64_t* itself;     ///< (row): its column
    const std::int32_t* twins;      ///< (layer, column): see Row; null where twin_group is
    std::int64_t lists;
    std::int64_t list_length;  ///< of the arrays
    std::int64_t length;       ///< of these, that may count
    const std::int64_t* place; ///< (list, row, position)
    const double* there;       ///< the same shape
    std::int64_t ks;
    const double* weight; ///< (k, list, row, position)
    double* sum;          ///< (k, row, list, layer): Σ weight · 2 × mid-rank
    bool* unsure;         ///< (row): set where a rank could not be told
};

/// Starts the kernel, where fits(…), on a stream (a cudaStream_t); returns what went wrong, or nothing.
[[nodiscard]] std::string launch(const Question& question, void* stream);

} // namespace stratoscope::engine::rank_sums
