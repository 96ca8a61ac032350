#include "core/engine/row_scan.h"

#include "core/engine/kernel_choice_private.h"

#if defined(__x86_64__)
#include <array>
#include <immintrin.h>
#endif

namespace stratoscope::engine {
namespace {

// The columns from `first` on, appended to what was found before.
std::size_t scan_rest(const float* values, std::size_t first, std::size_t n, float low, float high,
                      float* out_values, std::uint32_t* out_columns, std::size_t found) {
    for (std::size_t j = first; j < n; ++j) {
        out_values[found] = values[j];
        out_columns[found] = static_cast<std::uint32_t>(j);
        found += (values[j] >= low ? 1U : 0U) & (values[j] <= high ? 1U : 0U);
    }
    return found;
}

std::size_t between_plain(const float* values, std::size_t n, float low, float high, float* out_values,
                          std::uint32_t* out_columns) {
    return scan_rest(values, 0, n, low, high, out_values, out_columns, 0);
}
constexpr RowScan plain{"plain", between_plain};

#if defined(__x86_64__)

// For each set of hits among eight lanes: the lanes of the hits, then whatever.
using Squeeze = std::array<std::array<std::int32_t, 8>, 256>;
constexpr Squeeze squeeze = [] {
    Squeeze all{};
    for (std::size_t hits = 0; hits < all.size(); ++hits) {
        std::size_t to = 0;
        for (std::int32_t lane = 0; lane < 8; ++lane)
            if ((hits >> lane & 1U) != 0)
                all[hits][to++] = lane;
    }
    return all;
}();

[[gnu::target("avx2,popcnt")]] std::size_t between_avx2(const float* values, std::size_t n, float low,
                                                        float high, float* out_values,
                                                        std::uint32_t* out_columns) {
    const __m256 least = _mm256_set1_ps(low);
    const __m256 most = _mm256_set1_ps(high);
    const __m256i step = _mm256_set1_epi32(8);
    __m256i columns = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    std::size_t found = 0;
    std::size_t j = 0;
    for (; j + 8 <= n; j += 8) {
        const __m256 value = _mm256_loadu_ps(values + j);
        const __m256 inside =
            _mm256_and_ps(_mm256_cmp_ps(value, least, _CMP_GE_OQ), _mm256_cmp_ps(value, most, _CMP_LE_OQ));
        if (const auto hits = static_cast<std::uint32_t>(_mm256_movemask_ps(inside)); hits != 0) {
            const __m256i lanes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(squeeze[hits].data()));
            _mm256_storeu_ps(out_values + found, _mm256_permutevar8x32_ps(value, lanes));
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(out_columns + found),
                                _mm256_permutevar8x32_epi32(columns, lanes));
            found += static_cast<std::size_t>(__builtin_popcount(hits));
        }
        columns = _mm256_add_epi32(columns, step);
    }
    return scan_rest(values, j, n, low, high, out_values, out_columns, found);
}
constexpr RowScan avx2{"avx2", between_avx2};

[[gnu::target("avx512f,avx512vl,avx512dq,avx512bw,popcnt")]] std::size_t
between_avx512(const float* values, std::size_t n, float low, float high, float* out_values,
               std::uint32_t* out_columns) {
    const __m512 least = _mm512_set1_ps(low);
    const __m512 most = _mm512_set1_ps(high);
    const __m512i step = _mm512_set1_epi32(16);
    const __m512i four_steps = _mm512_set1_epi32(64);
    __m512i columns = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    // Four vectors a branch: where hits are few it is foreseen, and where there are some it saves guessing at
    // each.
    constexpr std::size_t together = 4;
    std::size_t found = 0;
    std::size_t j = 0;
    for (; j + 16 * together <= n; j += 16 * together) {
        __m512 value[together];
        __mmask16 hits[together];
        std::uint32_t any = 0;
#pragma GCC unroll 4
        for (std::size_t v = 0; v < together; ++v) {
            value[v] = _mm512_loadu_ps(values + j + 16 * v);
            hits[v] = _mm512_mask_cmp_ps_mask(_mm512_cmp_ps_mask(value[v], least, _CMP_GE_OQ), value[v], most,
                                              _CMP_LE_OQ);
            any |= hits[v];
        }
        if (any != 0) {
            __m512i of_hits = columns;
#pragma GCC unroll 4
            for (std::size_t v = 0; v < together; ++v) {
                // Squeezed in a register and stored whole: stores that squeeze are many times slower on some
                // processors.
                _mm512_storeu_ps(out_values + found, _mm512_maskz_compress_ps(hits[v], value[v]));
                _mm512_storeu_si512(out_columns + found, _mm512_maskz_compress_epi32(hits[v], of_hits));
                found += static_cast<std::size_t>(__builtin_popcount(hits[v]));
                of_hits = _mm512_add_epi32(of_hits, step);
            }
        }
        columns = _mm512_add_epi32(columns, four_steps);
    }
    for (; j + 16 <= n; j += 16) { // a cell's values come to few vectors
        const __m512 value = _mm512_loadu_ps(values + j);
        const __mmask16 hits =
            _mm512_mask_cmp_ps_mask(_mm512_cmp_ps_mask(value, least, _CMP_GE_OQ), value, most, _CMP_LE_OQ);
        _mm512_storeu_ps(out_values + found, _mm512_maskz_compress_ps(hits, value));
        _mm512_storeu_si512(out_columns + found, _mm512_maskz_compress_epi32(hits, columns));
        found += static_cast<std::size_t>(__builtin_popcount(hits));
        columns = _mm512_add_epi32(columns, step);
    }
    return scan_rest(values, j, n, low, high, out_values, out_columns, found);
}
constexpr RowScan avx512{"avx512", between_avx512};

#endif

} // namespace

std::span<const RowScan* const> row_scans() {
#if defined(__x86_64__)
    static constexpr const RowScan* all[] = {&avx512, &avx2, &plain};
#else
    static constexpr const RowScan* all[] = {&plain};
#endif
    return runnable(all);
}

} // namespace stratoscope::engine
