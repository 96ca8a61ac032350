#include "core/engine/marked_cells.h"

#include "core/engine/kernel_choice_private.h"
#include "core/engine/multiversion_private.h"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace stratoscope::engine {
namespace {

// The places from `first` on, appended to what was found before.
STRATOSCOPE_INLINE std::size_t find_rest(const std::uint16_t* cell, std::size_t first, std::size_t n,
                                         const CellMarks& marks, std::uint32_t* out, std::size_t found) {
    for (std::size_t j = first; j < n; ++j) {
        out[found] = static_cast<std::uint32_t>(j);
        found += marks.words[cell[j] / 32U] >> cell[j] % 32U & 1U;
    }
    return found;
}

std::size_t find_plain(const std::uint16_t* cell, std::size_t n, const CellMarks& marks, std::uint32_t* out) {
    return find_rest(cell, 0, n, marks, out, 0);
}
constexpr MarkedCells plain{"plain", find_plain};

#if defined(__x86_64__)

// Value by value: squeezing a vector takes several instructions here, more than it saves.
[[gnu::target("avx2")]] std::size_t find_avx2(const std::uint16_t* cell, std::size_t n,
                                              const CellMarks& marks, std::uint32_t* out) {
    return find_rest(cell, 0, n, marks, out, 0);
}
constexpr MarkedCells avx2{"avx2", find_avx2};

// Pairs of registers hold the marks: 1024 cells each.
template <std::size_t Pairs>
[[gnu::target("avx512f,avx512vl,avx512dq,avx512bw,popcnt")]] std::size_t
find_in(const std::uint16_t* cell, std::size_t n, const CellMarks& marks, std::uint32_t* out) {
    __m512i word[2 * Pairs];
#pragma GCC unroll 8
    for (std::size_t at = 0; at < 2 * Pairs; ++at)
        word[at] = _mm512_load_si512(marks.words.data() + 16 * at);
    constexpr __mmask16 all = 0xffff; // where there is no mask, GCC warns of what it never reads
    const __m512i one = _mm512_set1_epi32(1);
    const __m512i step = _mm512_set1_epi32(16);
    const __m512i last_bits = _mm512_set1_epi32(31);
    __m512i places = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    std::size_t found = 0;
    std::size_t j = 0;
    for (; j + 16 <= n; j += 16) {
        const __m512i cells =
            _mm512_maskz_cvtepu16_epi32(all, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(cell + j)));
        const __m512i which = _mm512_maskz_srli_epi32(all, cells, 5);
        const __m512i pair = _mm512_maskz_srli_epi32(all, cells, 10);
        __m512i words = _mm512_setzero_si512(); // and so they stay behind the last cell
#pragma GCC unroll 4
        for (std::size_t p = 0; p < Pairs; ++p)
            words = _mm512_or_si512(words,
                                    _mm512_maskz_permutex2var_epi32(
                                        _mm512_cmpeq_epi32_mask(pair, _mm512_set1_epi32(static_cast<int>(p))),
                                        word[2 * p], which, word[2 * p + 1]));
        const __mmask16 hits = _mm512_test_epi32_mask(
            _mm512_maskz_srlv_epi32(all, words, _mm512_and_si512(cells, last_bits)), one);
        _mm512_storeu_si512(out + found, _mm512_maskz_compress_epi32(hits, places));
        found += static_cast<std::size_t>(__builtin_popcount(hits));
        places = _mm512_add_epi32(places, step);
    }
    return find_rest(cell, j, n, marks, out, found);
}

[[gnu::target("avx512f,avx512vl,avx512dq,avx512bw,popcnt")]] std::size_t
find_avx512(const std::uint16_t* cell, std::size_t n, const CellMarks& marks, std::uint32_t* out) {
    const auto last =
        std::find_if(marks.words.rbegin(), marks.words.rend(), [](std::uint32_t word) { return word != 0; });
    const auto words = static_cast<std::size_t>(marks.words.rend() - last);
    if (words <= 32)
        return find_in<1>(cell, n, marks, out);
    if (words <= 64)
        return find_in<2>(cell, n, marks, out);
    return find_in<4>(cell, n, marks, out);
}
constexpr MarkedCells avx512{"avx512", find_avx512};

#endif

} // namespace

std::span<const MarkedCells* const> marked_cells() {
#if defined(__x86_64__)
    static constexpr const MarkedCells* all[] = {&avx512, &avx2, &plain};
#else
    static constexpr const MarkedCells* all[] = {&plain};
#endif
    return runnable(all);
}

} // namespace stratoscope::engine
