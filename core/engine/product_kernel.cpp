#include "core/engine/product_kernel.h"

#include "core/engine/multiversion_private.h"

#include <cstring>

namespace stratoscope::engine {
namespace {

// Vectors is how many of them stand side by side in a tile of Rows rows. The loops have constant bounds, so
// that `sum` lives in registers alone.
template <class Vector, std::size_t Rows, std::size_t Vectors>
STRATOSCOPE_INLINE void tile(std::size_t depth, const float* queries, const float* panel, float* out,
                             std::size_t stride, std::size_t rows_used, bool first, TileLengths lengths) {
    constexpr std::size_t lanes = sizeof(Vector) / sizeof(float);
    Vector sum[Rows][Vectors];
#pragma GCC unroll 16
    for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 4
        for (std::size_t v = 0; v < Vectors; ++v)
            sum[r][v] = Vector{};
    // The tile lies on as many pages as it has rows, seldom in the cache when its sums are done: call it now.
    for (std::size_t r = 0; r < rows_used; ++r)
        for (std::size_t v = 0; v < Vectors; ++v)
            __builtin_prefetch(out + r * stride + v * lanes, 1);
    for (std::size_t k = 0; k < depth; ++k) {
        // One load a vector: copied as a whole, the array goes through the stack in narrower pieces, and each
        // wide load from there waits for them (3 times slower on AVX2).
        Vector column[Vectors];
#pragma GCC unroll 4
        for (std::size_t v = 0; v < Vectors; ++v)
            std::memcpy(&column[v], panel + v * lanes, sizeof(Vector));
        __builtin_prefetch(panel + 8 * Vectors * lanes);
#pragma GCC unroll 16
        for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 4
            for (std::size_t v = 0; v < Vectors; ++v)
                sum[r][v] += queries[r] * column[v];
        queries += Rows;
        panel += Vectors * lanes;
    }
#pragma GCC unroll 16
    for (std::size_t r = 0; r < Rows; ++r) {
        if (r >= rows_used)
            continue;
#pragma GCC unroll 4
        for (std::size_t v = 0; v < Vectors; ++v) {
            float* to = out + r * stride + v * lanes;
            Vector value = sum[r][v];
            if (!first) {
                Vector before;
                std::memcpy(&before, to, sizeof(before));
                value += before;
            }
            if (lengths.rows != nullptr) {
                Vector column;
                std::memcpy(&column, lengths.columns + v * lanes, sizeof(column));
                value += column + lengths.rows[r];
                value = value > 0.0F ? value : Vector{};
            }
            std::memcpy(to, &value, sizeof(value));
        }
    }
}

using Vector4 = float __attribute__((vector_size(16)));

void tile_plain(std::size_t depth, const float* queries, const float* panel, float* out, std::size_t stride,
                std::size_t rows_used, bool first, TileLengths lengths) {
    tile<Vector4, 6, 2>(depth, queries, panel, out, stride, rows_used, first, lengths);
}
constexpr ProductKernel plain{6, 8, "plain", tile_plain};

#if defined(__x86_64__)
using Vector8 = float __attribute__((vector_size(32)));
using Vector16 = float __attribute__((vector_size(64)));

[[gnu::target("avx2,fma")]] void tile_avx2(std::size_t depth, const float* queries, const float* panel,
                                           float* out, std::size_t stride, std::size_t rows_used, bool first,
                                           TileLengths lengths) {
    tile<Vector8, 6, 2>(depth, queries, panel, out, stride, rows_used, first, lengths);
}
constexpr ProductKernel avx2{6, 16, "avx2", tile_avx2};

[[gnu::target("avx512f,avx512vl,avx512dq,avx512bw,fma")]] void
tile_avx512(std::size_t depth, const float* queries, const float* panel, float* out, std::size_t stride,
            std::size_t rows_used, bool first, TileLengths lengths) {
    tile<Vector16, 12, 2>(depth, queries, panel, out, stride, rows_used, first, lengths);
}
constexpr ProductKernel avx512{12, 32, "avx512", tile_avx512};
#endif

} // namespace

std::span<const ProductKernel* const> product_kernels() {
#if defined(__x86_64__)
    static constexpr const ProductKernel* all[] = {&avx512, &avx2, &plain};
    static const std::size_t too_wide = []() -> std::size_t {
        __builtin_cpu_init();
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
            __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
            return 0;
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 1 : 2;
    }();
    return std::span(all).subspan(too_wide);
#else
    static constexpr const ProductKernel* all[] = {&plain};
    return all;
#endif
}

} // namespace stratoscope::engine
