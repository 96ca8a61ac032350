// The kernel of count_below_steps.h as the C++ side calls it; no CUDA header is needed to see it.
#pragma once

#include <cstdint>
#include <string>

namespace stratoscope::engine::count_below {

struct Question {
    const double* values; ///< rows × columns, row r at values + r · stride, on the device
    std::int64_t rows;
    std::int64_t columns;
    std::int64_t stride;
    const double* bounds; ///< rows × bounds_count, no NaN
    std::int64_t bounds_count;
    std::int32_t* counts; ///< rows × bounds_count: how many values of the row are < the bound
};

/// Starts the kernel on a stream (a cudaStream_t); returns what went wrong, or nothing.
[[nodiscard]] std::string launch(const Question& question, void* stream);

/// The GPU's name, such as "NVIDIA H100 80GB HBM3"; empty when the driver doesn't tell.
[[nodiscard]] std::string device_name(int device);

} // namespace stratoscope::engine::count_below
