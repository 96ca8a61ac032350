// The kernel of nearest_steps.h as the C++ side calls it; no CUDA header is needed to see it.
#pragma once

#include <cstdint>
#include <string>

namespace stratoscope::engine::nearest {

/// All arrays are on the device.
struct Question {
    double* values; ///< layers × rows × columns: products, or squared distances already
    bool products;  ///< become squared distances in place, infinity at the row itself
    std::int64_t layers;
    std::int64_t rows;
    std::int64_t columns;
    const double* squared_length;   ///< (layer, column)
    const std::int64_t* itself;     ///< (row): its column
    const std::int32_t* twin_group; ///< (layer, column), 0 without twins; or null
    const std::int64_t* first;      ///< (row): the columns that count begin here …
    const std::int64_t* size;       ///< … and are so many
    const std::int32_t* listed;     ///< (layer): where its answer stands, −1 for none
    std::int64_t places;            ///< 1 … most_places, or 0 when nothing is to be found
    double* near_value;             ///< listed × rows × places, rising; infinite where there are no more
    std::int64_t* near_column;      ///< the same shape; 0 where there are no more
    bool* lost; ///< (row), false before: true where more were equally near than could be looked at
};

/// Starts the kernel on a stream (a cudaStream_t); returns what went wrong, or nothing.
[[nodiscard]] std::string launch(const Question& question, void* stream);

} // namespace stratoscope::engine::nearest
