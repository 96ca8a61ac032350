#include "core/engine/product_kernel.h"

#include "core/engine/kernel_choice_private.h"
#include "core/engine/multiversion_private.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace stratoscope::engine {
namespace {

using Vector2 = float __attribute__((vector_size(8)));
using Vector4 = float __attribute__((vector_size(16)));

// What two vectors give lane by lane, within quarters of four numbers: the halves of a quarter in turn
// (a0 b0 a1 b1), or side by side (a0 a1 b0 b1).
template <class Vector, std::size_t Half, std::size_t... Lane>
STRATOSCOPE_INLINE void in_turn(const Vector& a, const Vector& b, Vector& out, std::index_sequence<Lane...>) {
    out = __builtin_shufflevector(a, b,
                                  (Lane / 4 * 4 + Lane % 4 / 2 + 2 * Half + Lane % 2 * sizeof...(Lane))...);
}
template <class Vector, std::size_t Half, std::size_t... Lane>
STRATOSCOPE_INLINE void side_by_side(const Vector& a, const Vector& b, Vector& out,
                                     std::index_sequence<Lane...>) {
    out = __builtin_shufflevector(a, b,
                                  (Lane / 4 * 4 + Lane % 2 + 2 * Half + Lane % 4 / 2 * sizeof...(Lane))...);
}

// to[(first + 4·l)·stride …] = the l-th quarter.
template <class Vector, std::size_t... Quarter>
STRATOSCOPE_INLINE void store_quarters(const Vector& values, float* to, std::size_t stride,
                                       std::index_sequence<Quarter...>) {
    const auto store = [&](std::size_t quarter, const Vector4& four) {
        std::memcpy(to + 4 * quarter * stride, &four, sizeof(four));
    };
    (store(Quarter, __builtin_shufflevector(values, values, 4 * Quarter, 4 * Quarter + 1, 4 * Quarter + 2,
                                            4 * Quarter + 3)),
     ...);
}

// Four rows become columns of four: in registers, without another look at the tile.
template <class Vector>
STRATOSCOPE_INLINE void mirror_four(const Vector& a, const Vector& b, const Vector& c, const Vector& d,
                                    float* to, std::size_t stride) {
    constexpr auto lanes = std::make_index_sequence<sizeof(Vector) / sizeof(float)>();
    constexpr auto quarters = std::make_index_sequence<sizeof(Vector) / sizeof(float) / 4>();
    Vector ab[2];
    Vector cd[2];
    in_turn<Vector, 0>(a, b, ab[0], lanes);
    in_turn<Vector, 1>(a, b, ab[1], lanes);
    in_turn<Vector, 0>(c, d, cd[0], lanes);
    in_turn<Vector, 1>(c, d, cd[1], lanes);
#pragma GCC unroll 2
    for (std::size_t half = 0; half < 2; ++half) {
        Vector column;
        side_by_side<Vector, 0>(ab[half], cd[half], column, lanes);
        store_quarters(column, to + 2 * half * stride, stride, quarters);
        side_by_side<Vector, 1>(ab[half], cd[half], column, lanes);
        store_quarters(column, to + (2 * half + 1) * stride, stride, quarters);
    }
}

// The same with two rows.
template <class Vector, std::size_t... Pair>
STRATOSCOPE_INLINE void store_pairs(const Vector& values, float* to, std::size_t stride,
                                    std::index_sequence<Pair...>) {
    const auto store = [&](std::size_t pair, const Vector2& two) {
        std::memcpy(to + (pair / 2 * 4 + pair % 2) * stride, &two, sizeof(two));
    };
    (store(Pair, __builtin_shufflevector(values, values, 2 * Pair, 2 * Pair + 1)), ...);
}
template <class Vector>
STRATOSCOPE_INLINE void mirror_two(const Vector& a, const Vector& b, float* to, std::size_t stride) {
    constexpr auto lanes = std::make_index_sequence<sizeof(Vector) / sizeof(float)>();
    constexpr auto pairs = std::make_index_sequence<sizeof(Vector) / sizeof(float) / 2>();
    Vector ab;
    in_turn<Vector, 0>(a, b, ab, lanes);
    store_pairs(ab, to, stride, pairs);
    in_turn<Vector, 1>(a, b, ab, lanes);
    store_pairs(ab, to + 2 * stride, stride, pairs);
}

// Lines that a tile will be stored to.
struct FarLines {
    const float* first;
    std::size_t stride;
    unsigned a_row; // log₂
    std::size_t count;
};

// sum += the products of depths begin … end−1. Vectors is how many of them stand side by side in a tile of
// Rows rows. The loops have constant bounds, so that `sum` lives in registers alone.
template <class Vector, std::size_t Rows, std::size_t Vectors>
STRATOSCOPE_INLINE void add_products(std::size_t begin, std::size_t end, const float* queries,
                                     const float* panel, const float* ahead, const FarLines& far,
                                     Vector (&sum)[Rows][Vectors]) {
    constexpr std::size_t lanes = sizeof(Vector) / sizeof(float);
    queries += begin * Rows;
    panel += begin * Vectors * lanes;
    ahead += begin * ProductKernel::ahead_a_depth;
    for (std::size_t k = begin; k < end; ++k) {
        // One load a vector: copied as a whole, the array goes through the stack in narrower pieces, and each
        // wide load from there waits for them (3 times slower on AVX2).
        Vector column[Vectors];
#pragma GCC unroll 4
        for (std::size_t v = 0; v < Vectors; ++v)
            std::memcpy(&column[v], panel + v * lanes, sizeof(Vector));
        __builtin_prefetch(panel + 8 * Vectors * lanes);
        __builtin_prefetch(ahead);
        if (const std::size_t line = k / 8; k % 8 == 0 && line < far.count)
            __builtin_prefetch(far.first + (line >> far.a_row) * far.stride + (line & far.a_row) * 16, 1);
#pragma GCC unroll 16
        for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 4
            for (std::size_t v = 0; v < Vectors; ++v)
                sum[r][v] += queries[r] * column[v];
        queries += Rows;
        panel += Vectors * lanes;
        ahead += ProductKernel::ahead_a_depth;
    }
}

template <class Vector, std::size_t Rows, std::size_t Vectors>
STRATOSCOPE_INLINE void tile(std::size_t depth, const float* queries, const float* panel, const float* ahead,
                             float* out, std::size_t stride, std::size_t rows_used, bool first,
                             const TileEnd& end) {
    constexpr std::size_t lanes = sizeof(Vector) / sizeof(float);
    Vector sum[Rows][Vectors] = {};
    const Vector least = Vector{} + end.least;
    // What the tile is stored to lies on many pages, seldom in the cache: it is called while the sums are
    // made, a line at a time, since so many at once would keep the panel waiting. Of a tile that is mirrored
    // it is the mirror image, since parts of the dimension before have called the rest.
    FarLines far{end.mirror, end.mirror_stride, 0, Vectors * lanes};
    if (end.mirror == nullptr) {
        const unsigned lines_a_row = Vectors * lanes * sizeof(float) <= 64 ? 0 : 1;
        far = {out, stride, lines_a_row, first ? rows_used << lines_a_row : 0};
    }
    const std::size_t half = std::min(depth, ProductKernel::summed_at_a_time);
    add_products(0, half, queries, panel, ahead, far, sum);
    if (half < depth) {
        Vector first_half[Rows][Vectors]; // on the stack: in the first cache
#pragma GCC unroll 16
        for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 4
            for (std::size_t v = 0; v < Vectors; ++v) {
                first_half[r][v] = sum[r][v];
                sum[r][v] = Vector{};
            }
        add_products(half, depth, queries, panel, ahead, far, sum);
#pragma GCC unroll 16
        for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 4
            for (std::size_t v = 0; v < Vectors; ++v)
                sum[r][v] += first_half[r][v];
    }
#pragma GCC unroll 16
    for (std::size_t r = 0; r < Rows; ++r) {
        if (r >= rows_used)
            continue;
#pragma GCC unroll 4
        for (std::size_t v = 0; v < Vectors; ++v) {
            float* to = out + r * stride + v * lanes;
            Vector& value = sum[r][v];
            if (!first) {
                Vector before;
                std::memcpy(&before, to, sizeof(before));
                value += before;
            }
            if (end.row_lengths != nullptr) {
                Vector column;
                std::memcpy(&column, end.column_lengths + v * lanes, sizeof(column));
                value += column + end.row_lengths[r];
                value = value > least ? value : least;
            }
            std::memcpy(to, &value, sizeof(value));
        }
    }
    if (end.mirror == nullptr)
        return;
#pragma GCC unroll 4
    for (std::size_t v = 0; v < Vectors; ++v) {
        float* to = end.mirror + v * lanes * end.mirror_stride;
#pragma GCC unroll 4
        for (std::size_t r = 0; r + 4 <= Rows; r += 4)
            if (r + 4 <= rows_used)
                mirror_four(sum[r][v], sum[r + 1][v], sum[r + 2][v], sum[r + 3][v], to + r,
                            end.mirror_stride);
            else if (r + 2 == rows_used)
                mirror_two(sum[r][v], sum[r + 1][v], to + r, end.mirror_stride);
        if constexpr (Rows % 4 == 2)
            if (rows_used == Rows)
                mirror_two(sum[Rows - 2][v], sum[Rows - 1][v], to + Rows - 2, end.mirror_stride);
    }
}

void tile_plain(std::size_t depth, const float* queries, const float* panel, const float* ahead, float* out,
                std::size_t stride, std::size_t rows_used, bool first, const TileEnd& end) {
    tile<Vector4, 6, 2>(depth, queries, panel, ahead, out, stride, rows_used, first, end);
}
constexpr ProductKernel plain{6, 8, "plain", tile_plain};

#if defined(__x86_64__)
using Vector8 = float __attribute__((vector_size(32)));
using Vector16 = float __attribute__((vector_size(64)));

[[gnu::target("avx2,fma")]] void tile_avx2(std::size_t depth, const float* queries, const float* panel,
                                           const float* ahead, float* out, std::size_t stride,
                                           std::size_t rows_used, bool first, const TileEnd& end) {
    tile<Vector8, 6, 2>(depth, queries, panel, ahead, out, stride, rows_used, first, end);
}
constexpr ProductKernel avx2{6, 16, "avx2", tile_avx2};

[[gnu::target("avx512f,avx512vl,avx512dq,avx512bw,fma")]] void
tile_avx512(std::size_t depth, const float* queries, const float* panel, const float* ahead, float* out,
            std::size_t stride, std::size_t rows_used, bool first, const TileEnd& end) {
    tile<Vector16, 12, 2>(depth, queries, panel, ahead, out, stride, rows_used, first, end);
}
constexpr ProductKernel avx512{12, 32, "avx512", tile_avx512};
#endif

} // namespace

std::span<const ProductKernel* const> product_kernels() {
#if defined(__x86_64__)
    static constexpr const ProductKernel* all[] = {&avx512, &avx2, &plain};
#else
    static constexpr const ProductKernel* all[] = {&plain};
#endif
    return runnable(all);
}

} // namespace stratoscope::engine
