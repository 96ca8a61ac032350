#include "core/engine/cell_compare.h"

#include "core/engine/kernel_choice_private.h"
#include "core/engine/multiversion_private.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace stratoscope::engine {
namespace {

// compare(members, bounds): the Counts of `Width` members. No lambdas: these would not be compiled for the
// same processor as their caller. There is nearly always a single turn, even for an empty cell: a branch that
// is always taken costs nothing.
template <std::size_t Width, class Compare>
STRATOSCOPE_INLINE Counts count_in(const CountedCells& cells, std::size_t cell, CountBounds asked,
                                   Compare compare) {
    const CellEnd& here = cells.ends[cell + 1];
    std::uint32_t at = cells.ends[cell].members;
    Counts sum{here.values, here.values};
    do {
        const Counts some = compare(cells.member + at, asked);
        sum.below_low += some.below_low;
        sum.up_to_high += some.up_to_high;
        at += Width;
    } while (at < here.members);
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
    const auto compare = [](const PlacedDistance* members, CountBounds asked) {
        Counts found{0, 0};
        for (std::size_t lane = 0; lane < width; ++lane) {
            found.below_low += members[lane].value < asked.low ? 1U : 0U;
            found.up_to_high += members[lane].value <= asked.high ? 1U : 0U;
        }
        return found;
    };
    count_each<width>(cells, low_cell, high_cell, bounds, compare, out);
}
constexpr CellCompare plain{"plain", count_plain};

#if defined(__x86_64__)

// In both vectors the values stand in every other lane; columns, which are no numbers to compare, between
// them.
[[gnu::target("avx2,popcnt")]] inline Counts compare_avx2(const PlacedDistance* members, CountBounds asked) {
    constexpr unsigned values = 0x55;
    const __m256 four = _mm256_loadu_ps(&members->value);
    const auto below =
        static_cast<unsigned>(_mm256_movemask_ps(_mm256_cmp_ps(four, _mm256_set1_ps(asked.low), _CMP_LT_OQ)));
    const auto up_to = static_cast<unsigned>(
        _mm256_movemask_ps(_mm256_cmp_ps(four, _mm256_set1_ps(asked.high), _CMP_LE_OQ)));
    return {static_cast<std::uint32_t>(__builtin_popcount(below & values)),
            static_cast<std::uint32_t>(__builtin_popcount(up_to & values))};
}

[[gnu::target("avx2,popcnt")]] void count_avx2(const CountedCells& cells, const std::uint16_t* low_cell,
                                               const std::uint16_t* high_cell,
                                               std::span<const CountBounds> bounds, Counts* out) {
    count_each<4>(cells, low_cell, high_cell, bounds, compare_avx2, out);
}
constexpr CellCompare avx2{"avx2", count_avx2};

[[gnu::target("avx512f,avx512vl,avx512dq,avx512bw,popcnt")]] inline Counts
compare_avx512(const PlacedDistance* members, CountBounds asked) {
    constexpr __mmask16 values = 0x5555;
    const __m512 eight = _mm512_loadu_ps(&members->value);
    const __mmask16 below = _mm512_mask_cmp_ps_mask(values, eight, _mm512_set1_ps(asked.low), _CMP_LT_OQ);
    const __mmask16 up_to = _mm512_mask_cmp_ps_mask(values, eight, _mm512_set1_ps(asked.high), _CMP_LE_OQ);
    return {static_cast<std::uint32_t>(__builtin_popcount(below)),
            static_cast<std::uint32_t>(__builtin_popcount(up_to))};
}

[[gnu::target("avx512f,avx512vl,avx512dq,avx512bw,popcnt")]] void
count_avx512(const CountedCells& cells, const std::uint16_t* low_cell, const std::uint16_t* high_cell,
             std::span<const CountBounds> bounds, Counts* out) {
    count_each<8>(cells, low_cell, high_cell, bounds, compare_avx512, out);
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
