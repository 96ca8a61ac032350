#include "core/engine/transposed.h"

#include "core/engine/multiversion_private.h"

#include <cstring>

namespace stratoscope::engine {
namespace {

// to(c, r) = from(r, c) for a square of 8: in registers, by pairs, pairs of pairs, and halves.
template <class T>
STRATOSCOPE_INLINE void transpose_square(const T* from, std::size_t from_stride, T* to,
                                         std::size_t to_stride) {
    using Eight __attribute__((vector_size(32))) = T;
    Eight row[8];
#pragma GCC unroll 8
    for (std::size_t r = 0; r < 8; ++r)
        std::memcpy(&row[r], from + r * from_stride, sizeof(Eight));
    Eight pair[8];
#pragma GCC unroll 4
    for (std::size_t r = 0; r < 8; r += 2) {
        pair[r] = __builtin_shufflevector(row[r], row[r + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        pair[r + 1] = __builtin_shufflevector(row[r], row[r + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    Eight four[8];
#pragma GCC unroll 2
    for (std::size_t r = 0; r < 8; r += 4)
#pragma GCC unroll 2
        for (std::size_t odd = 0; odd < 2; ++odd) {
            const Eight& a = pair[r + odd];
            const Eight& b = pair[r + 2 + odd];
            four[r + odd] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
            four[r + 2 + odd] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
        }
#pragma GCC unroll 4
    for (std::size_t c = 0; c < 4; ++c) {
        const Eight low = __builtin_shufflevector(four[c], four[c + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        const Eight high = __builtin_shufflevector(four[c], four[c + 4], 4, 5, 6, 7, 12, 13, 14, 15);
        std::memcpy(to + c * to_stride, &low, sizeof(Eight));
        std::memcpy(to + (c + 4) * to_stride, &high, sizeof(Eight));
    }
}

// A whole line of the cache at a time.
template <class T>
STRATOSCOPE_INLINE void transpose_all(const T* from, std::size_t from_stride, std::size_t rows,
                                      std::size_t columns, T* to, std::size_t to_stride) {
    const std::size_t whole_rows = rows / 8 * 8;
    const std::size_t whole_columns = columns / 16 * 16;
    for (std::size_t c = 0; c < whole_columns; c += 16)
        for (std::size_t r = 0; r < whole_rows; r += 8)
            for (std::size_t half = c; half < c + 16; half += 8)
                transpose_square(from + r * from_stride + half, from_stride, to + half * to_stride + r,
                                 to_stride);
    for (std::size_t c = 0; c < columns; ++c)
        for (std::size_t r = c < whole_columns ? whole_rows : 0; r < rows; ++r)
            to[c * to_stride + r] = from[r * from_stride + c];
}

} // namespace

STRATOSCOPE_MULTIVERSION
void transpose(const float* from, std::size_t from_stride, std::size_t rows, std::size_t columns, float* to,
               std::size_t to_stride) {
    transpose_all(from, from_stride, rows, columns, to, to_stride);
}

STRATOSCOPE_MULTIVERSION
void transpose(const std::uint32_t* from, std::size_t from_stride, std::size_t rows, std::size_t columns,
               std::uint32_t* to, std::size_t to_stride) {
    transpose_all(from, from_stride, rows, columns, to, to_stride);
}

void mirror_upper(float* square, std::size_t stride, std::size_t rows, std::size_t side) {
    for (std::size_t first = 0; first + side < rows; first += side)
        transpose(square + first * stride + first + side, stride, side, rows - first - side,
                  square + (first + side) * stride + first, stride);
}

} // namespace stratoscope::engine
