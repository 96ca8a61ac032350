// The least and the largest of some numbers, as vectors find them: bodies for STRATOSCOPE_MULTIVERSION
// functions.
#pragma once

#include "core/engine/multiversion_private.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>

namespace stratoscope::engine {

// better(a, b): the one to keep. Infinities may be among the values, NaN not.
template <class Better>
STRATOSCOPE_INLINE float best_of(const float* values, std::size_t n, float none, Better better) {
    constexpr std::size_t lanes = 64; // four vectors: each comparison waits for the one before it
    float best[lanes];
    std::fill(std::begin(best), std::end(best), none);
    std::size_t first = 0;
    for (; first + lanes <= n; first += lanes)
        for (std::size_t lane = 0; lane < lanes; ++lane)
            best[lane] = better(values[first + lane], best[lane]);
    for (std::size_t lane = 0; first + lane < n; ++lane)
        best[lane] = better(values[first + lane], best[lane]);
    for (std::size_t width = lanes / 2; width > 0; width /= 2) // by halves: no branch follows from a value
        for (std::size_t lane = 0; lane < width; ++lane)
            best[lane] = better(best[lane + width], best[lane]);
    return best[0];
}

struct Lesser {
    STRATOSCOPE_INLINE float operator()(float a, float b) const { return a < b ? a : b; }
};
struct Larger {
    STRATOSCOPE_INLINE float operator()(float a, float b) const { return a > b ? a : b; }
};

/// +infinity of none.
STRATOSCOPE_INLINE float least_of(const float* values, std::size_t n) {
    return best_of(values, n, std::numeric_limits<float>::infinity(), Lesser{});
}
/// −infinity of none.
STRATOSCOPE_INLINE float largest_of(const float* values, std::size_t n) {
    return best_of(values, n, -std::numeric_limits<float>::infinity(), Larger{});
}

} // namespace stratoscope::engine
