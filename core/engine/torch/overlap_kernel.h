// The kernel of overlap_steps.h as the C++ side calls it; no CUDA header is needed to see it.
#pragma once

#include <cstdint>
#include <string>

namespace stratoscope::engine::overlap {

/// All arrays are on the device; those by list are (layer, row, position), int64.
struct Question {
    std::int64_t layers;
    std::int64_t rows;
    std::int64_t length;
    const std::int64_t* end;   ///< by list, in its own order: see Lists
    const std::int64_t* tenth; ///< by list, in its own order: −1 where nothing stands
    const std::int64_t* place; ///< by list, rising; what stands for nothing lies beyond all columns, counts 0
    const std::int64_t* position; ///< by list: of `place` in the list's own order
    double k;
    std::int64_t tenths; ///< that are left out one after the other
    double* shared;      ///< (choice, row, a, b): Σ_j w_a(j)·w_b(j); choices: nothing left out, each tenth
};

/// Whether lists of such length fit the memory that a block has on the GPU of that index.
[[nodiscard]] bool fits(std::int64_t layers, std::int64_t length, int gpu);

/// Starts the kernel on a stream (a cudaStream_t); returns what went wrong, or nothing.
[[nodiscard]] std::string launch(const Question& question, void* stream);

} // namespace stratoscope::engine::overlap
