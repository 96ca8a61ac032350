// The kernel of kernel_rows_steps.h as the C++ side calls it; no CUDA header is needed to see it.
#pragma once

#include "core/engine/torch/kernel_rows_steps.h"

#include <cstdint>
#include <string>

namespace stratoscope::engine::kernel_rows {

/// All arrays are on the device.
struct Question {
    const double* products; ///< layers × rows × columns
    std::int64_t layers;
    std::int64_t rows;
    std::int64_t columns;
    const double* squared_length;   ///< (layer, column)
    const float* length;            ///< (layer, column), its root
    const std::int64_t* itself;     ///< (row): its column
    const std::int32_t* twin_group; ///< (layer, column), 0 without twins; or null
    std::int32_t kernels;           ///< 1 … most_kernels
    Kind kind[most_kernels];
    const float* factor; ///< (kernel, layer), see value_of()
    const Ranks* ranks;  ///< (layer), for distance_rank alone
    Ordinary ordinary;
    double* row_product; ///< kernels × rows × pairs a ≤ b
    double* row_sum;     ///< kernels × rows × layers
};

/// Starts the kernel, where fits(layers, kernels), on a stream (a cudaStream_t); returns what went wrong, or
/// nothing.
[[nodiscard]] std::string launch(const Question& question, void* stream);

} // namespace stratoscope::engine::kernel_rows
