#include "core/engine/cell_compare.h"

#include "core/engine/kernel_choice_private.h"
#include "core/engine/multiversion_private.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace stratoscope::engine {
namespace {

// compare(values, bounds): the Counts of `Width` values. No lambdas: these would not be compiled for the same
// processor as their caller.
template <std::size_t Width, class Compare>
STRATOSCOPE_INLINE Counts count_in(const CountedCells& cells, std::uint32_t cell, CountBounds asked,
                                   Compare compare) {
    const std::uint32_t end = cells.member_end[cell];
    Counts sum{cells.before[cell], cells.before[cell]};
    for (std::uint32_t at = end - (cells.count[cell] & ~CountedCells::mark); at < end; at += Width) {
        const Counts some = compare(cells.member + at, asked);
        sum.below_low += some.below_low;
        sum.up_to_high += some.up_to_high;
    }
    return sum;
}

template <std::size_t Width, class Compare>
STRATOSCOPE_INLINE void count_each(const CountedCells& cells, const std::uint16_t* low_cell,
                                   const std::uint16_t* high_cell, std::span<const CountBounds> bounds,
                                   Compare compare, Counts* out) {
    static_assert(Width <= CountedCells::padding);
    for (std::size_t b = 0; b < bounds.size(); ++b) {
        Counts sum = count_in<Width>(cells, low_cell[b], bounds[b], compare);
        if (high_cell[b] != low_cell[b])
            sum.up_to_high = count_in<Width>(cells, high_cell[b], bounds[b], compare).up_to_high;
        out[b] = sum;
    }
}

void count_plain(const CountedCells& cells, const std::uint16_t* low_cell, const std::uint16_t* high_cell,
                 std::span<const CountBounds> bounds, Counts* out) {
    constexpr std::size_t width = 4;
    const auto compare = [](const float* values, CountBounds asked) {
        Counts found{0, 0};
        for (std::size_t lane = 0; lane < width; ++lane) {
            found.below_low += values[lane] < asked.low ? 1U : 0U;
            found.up_to_high += values[lane] <= asked.high ? 1U : 0U;
        }
        return found;
    };
    count_each<width>(cells, low_cell, high_cell, bounds, compare, out);
}
constexpr CellCompare plain{"plain", count_plain};

#if defined(__x86_64__)

[[gnu::target("avx2,popcnt")]] inline Counts compare_avx2(const float* values, CountBounds asked) {
    const __m256 eight = _mm256_loadu_ps(values);
    const __m256 below = _mm256_cmp_ps(eight, _mm256_set1_ps(asked.low), _CMP_LT_OQ);
    const __m256 up_to = _mm256_cmp_ps(eight, _mm256_set1_ps(asked.high), _CMP_LE_OQ);
    return {static_cast<std::uint32_t>(__builtin_popcount(static_cast<unsigned>(_mm256_movemask_ps(below)))),
            static_cast<std::uint32_t>(__builtin_popcount(static_cast<unsigned>(_mm256_movemask_ps(up_to))))};
}

[[gnu::target("avx2,popcnt")]] void count_avx2(const CountedCells& cells, const std::uint16_t* low_cell,
                                               const std::uint16_t* high_cell,
                                               std::span<const CountBounds> bounds, Counts* out) {
    count_each<8>(cells, low_cell, high_cell, bounds, compare_avx2, out);
}
constexpr CellCompare avx2{"avx2", count_avx2};

[[gnu::target("avx512f,avx512vl,avx512dq,avx512bw,popcnt")]] inline Counts compare_avx512(const float* values,
                                                                                          CountBounds asked) {
    const __m512 sixteen = _mm512_loadu_ps(values);
    const __mmask16 below = _mm512_cmp_ps_mask(sixteen, _mm512_set1_ps(asked.low), _CMP_LT_OQ);
    const __mmask16 up_to = _mm512_cmp_ps_mask(sixteen, _mm512_set1_ps(asked.high), _CMP_LE_OQ);
    return {static_cast<std::uint32_t>(__builtin_popcount(below)),
            static_cast<std::uint32_t>(__builtin_popcount(up_to))};
}

[[gnu::target("avx512f,avx512vl,avx512dq,avx512bw,popcnt")]] void
count_avx512(const CountedCells& cells, const std::uint16_t* low_cell, const std::uint16_t* high_cell,
             std::span<const CountBounds> bounds, Counts* out) {
    count_each<16>(cells, low_cell, high_cell, bounds, compare_avx512, out);
}
constexpr CellCompare avx512{"avx512", count_avx512};

#endif

} // namespace

std::span<const CellCompare* const> cell_compares() {
#if defined(__x86_64__)
    static constexpr const CellCompare* all[] = {&avx512, &avx2, &plain};
#else
    static constexpr const CellCompare* all[] = {&plain};
#endif
    return runnable(all);
}

} // namespace stratoscope::engine
