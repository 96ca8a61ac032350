// The kernel of count_below_steps.h as the C++ side calls it; no CUDA header is needed to see it.
#pragma once

#include <cstdint>
#include <string>

namespace stratoscope::engine::count_below {

/// All arrays are on the device.
struct Question {
    const double*
        values; ///< (layer, row, column): column c at values + layer · layer_stride + row · row_stride + c
    std::int64_t layer_stride;
    std::int64_t row_stride;
    std::int64_t layers;
    std::int64_t rows;
    const std::int64_t* first; ///< (row): the columns that count begin here …
    const std::int64_t* size;  ///< … and are so many
    const double* bounds;      ///< layers × rows × bounds_count, no NaN
    std::int64_t bounds_count;
    std::int32_t* counts; ///< as bounds: how many values of the row are < the bound
};

/// Starts the kernel on a stream (a cudaStream_t); returns what went wrong, or nothing.
[[nodiscard]] std::string launch(const Question& question, void* stream);

} // namespace stratoscope::engine::count_below
