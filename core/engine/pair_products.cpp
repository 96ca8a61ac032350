#include "core/engine/pair_products.h"

#include "core/engine/kernel_choice_private.h"
#include "core/engine/multiversion_private.h"

#include <cstring>
#include <utility>

namespace stratoscope::engine {
namespace {

// The sums of neighbouring lanes: those of a in the lower half, those of b in the upper.
template <class Vector, std::size_t... Lane>
STRATOSCOPE_INLINE void halve(const Vector& a, const Vector& b, Vector& out, std::index_sequence<Lane...>) {
    out = __builtin_shufflevector(a, b, (2 * Lane)...) + __builtin_shufflevector(a, b, (2 * Lane + 1)...);
}

// Vectors are halved together, pair by pair, until the first holds the total of each.
template <class Vector, std::size_t Count>
STRATOSCOPE_INLINE void halve_all(Vector* sum) {
    constexpr auto lanes = std::make_index_sequence<sizeof(Vector) / sizeof(float)>();
#pragma GCC unroll 8
    for (std::size_t i = 0; i < Count / 2; ++i)
        halve(sum[2 * i], sum[2 * i + 1], sum[i], lanes);
    if constexpr (Count > 2)
        halve_all<Vector, Count / 2>(sum);
}

// out(a, b) += the products of `Rows` rows from `first_row` on with `Columns` rows from `first_column` on.
// The loops have constant bounds, so that `sum` lives in registers alone.
template <class Vector, std::size_t Rows, std::size_t Columns>
STRATOSCOPE_INLINE void add_block(const float* left, const float* right, std::size_t stride, std::size_t n,
                                  double* out, std::size_t out_stride) {
    constexpr std::size_t lanes = sizeof(Vector) / sizeof(float);
    static_assert(Rows * Columns == lanes);
    Vector sum[lanes];
#pragma GCC unroll 16
    for (std::size_t i = 0; i < lanes; ++i)
        sum[i] = Vector{};
    for (std::size_t p = 0; p < n; p += lanes) {
        Vector column[Columns];
#pragma GCC unroll 4
        for (std::size_t c = 0; c < Columns; ++c)
            std::memcpy(&column[c], right + c * stride + p, sizeof(Vector));
#pragma GCC unroll 4
        for (std::size_t r = 0; r < Rows; ++r) {
            Vector row;
            std::memcpy(&row, left + r * stride + p, sizeof(Vector));
#pragma GCC unroll 4
            for (std::size_t c = 0; c < Columns; ++c)
                sum[r * Columns + c] += row * column[c];
        }
    }
    halve_all<Vector, lanes>(sum);
    float total[lanes];
    std::memcpy(total, &sum[0], sizeof(total));
    for (std::size_t r = 0; r < Rows; ++r)
        for (std::size_t c = 0; c < Columns; ++c)
            out[r * out_stride + c] += static_cast<double>(total[r * Columns + c]);
}

template <class Vector, std::size_t Rows, std::size_t Columns>
STRATOSCOPE_INLINE void add_all(const float* values, std::size_t stride, std::size_t rows, std::size_t n,
                                double* out) {
    for (std::size_t r = 0; r < rows; r += Rows)
        for (std::size_t c = r / Columns * Columns; c < rows; c += Columns)
            add_block<Vector, Rows, Columns>(values + r * stride, values + c * stride, stride, n,
                                             out + r * rows + c, rows);
}

using Vector4 = float __attribute__((vector_size(16)));

void add_plain(const float* values, std::size_t stride, std::size_t rows, std::size_t n, double* out) {
    add_all<Vector4, 2, 2>(values, stride, rows, n, out);
}
constexpr PairProducts plain{"plain", add_plain};

#if defined(__x86_64__)
using Vector8 = float __attribute__((vector_size(32)));
using Vector16 = float __attribute__((vector_size(64)));

[[gnu::target("avx2,fma")]] void add_avx2(const float* values, std::size_t stride, std::size_t rows,
                                          std::size_t n, double* out) {
    add_all<Vector8, 2, 4>(values, stride, rows, n, out);
}
constexpr PairProducts avx2{"avx2", add_avx2};

[[gnu::target("avx512f,avx512vl,avx512dq,avx512bw,fma")]] void
add_avx512(const float* values, std::size_t stride, std::size_t rows, std::size_t n, double* out) {
    add_all<Vector16, 4, 4>(values, stride, rows, n, out);
}
constexpr PairProducts avx512{"avx512", add_avx512};
#endif

} // namespace

std::span<const PairProducts* const> pair_products() {
#if defined(__x86_64__)
    static constexpr const PairProducts* all[] = {&avx512, &avx2, &plain};
#else
    static constexpr const PairProducts* all[] = {&plain};
#endif
    return runnable(all);
}

} // namespace stratoscope::engine
