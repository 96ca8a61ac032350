// The kernel of near_lists_steps.h as the C++ side calls it; no CUDA header is needed to see it.
#pragma once

#include <cstdint>
#include <string>

namespace stratoscope::engine::near_lists {

/// All arrays are on the device.
struct Question {
    std::int64_t lists;
    std::int64_t rows;
    std::int64_t length;
    std::int64_t columns;
    const double* value;            ///< (list, row, position), see List
    const std::int64_t* place;      ///< the same shape
    const double* doubt;            ///< (list)
    const double* squared_length;   ///< (list, row)
    const std::int32_t* twin_group; ///< (list, column); or null
    std::int64_t ks;
    const double* k;     ///< (k, row)
    std::int64_t* begin; ///< (list, row, position), see Runs
    std::int64_t* end;   ///< the same shape
    double* there;       ///< the same shape
    double* weight;      ///< (k, list, row, position)
    bool* unsure;        ///< (row): set where some order could not be told
};

/// Starts the kernel on a stream (a cudaStream_t); returns what went wrong, or nothing.
[[nodiscard]] std::string launch(const Question& question, void* stream);

} // namespace stratoscope::engine::near_lists
