#include "core/engine/rank_table.h"

#include "core/engine/kernel_choice_private.h"

#include <algorithm>
#include <bit>
#include <cmath>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace stratoscope::engine {
namespace {

// Few lines are read from the first cache; more are tried where they are not good enough.
constexpr std::size_t few_lines = std::size_t{1} << 12;
constexpr std::size_t most_lines = std::size_t{1} << 15;

// Σ w·(1, x, x², y, xy, y²) of the ranks y of some cells, w their pairs, x where they lie, from −½ to ½.
struct Moments {
    double weight = 0.0;
    double x = 0.0;
    double xx = 0.0;
    double y = 0.0;
    double xy = 0.0;
    double yy = 0.0;

    void add(double w, double at, double rank) {
        weight += w;
        x += w * at;
        xx += w * at * at;
        y += w * rank;
        xy += w * at * rank;
        yy += w * rank * rank;
    }
};

void ranks_plain(const float* d2, std::size_t n, std::uint32_t lowest_bits, unsigned shift,
                 std::span<const RankLine> lines, float* out) {
    const auto last = static_cast<std::uint32_t>(lines.size() - 1);
    const std::uint32_t within = (std::uint32_t{1} << shift) - 1;
    for (std::size_t j = 0; j < n; ++j) {
        const auto bits = std::bit_cast<std::uint32_t>(d2[j]);
        const std::uint32_t above = bits > lowest_bits ? bits - lowest_bits : 0;
        const RankLine line = lines[std::min(last, (above >> shift) + (bits > lowest_bits ? 1U : 0U))];
        out[j] = line.rank + line.slope * static_cast<float>(above & within);
    }
}
constexpr LineLookUp plain{"plain", ranks_plain};

#if defined(__x86_64__)

// Bits of floats ≥ 0 compare as signed numbers too.
[[gnu::target("avx2,fma")]] void ranks_avx2(const float* d2, std::size_t n, std::uint32_t lowest_bits,
                                            unsigned shift, std::span<const RankLine> lines, float* out) {
    const __m256i lowest = _mm256_set1_epi32(static_cast<int>(lowest_bits));
    const __m256i last = _mm256_set1_epi32(static_cast<int>(lines.size() - 1));
    const __m256i within = _mm256_set1_epi32(static_cast<int>((std::uint32_t{1} << shift) - 1));
    const __m128i by = _mm_cvtsi32_si128(static_cast<int>(shift));
    const float* const table = &lines.front().rank;
    std::size_t j = 0;
    for (; j + 8 <= n; j += 8) {
        const __m256i bits = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(d2 + j));
        const __m256i is_above = _mm256_cmpgt_epi32(bits, lowest); // −1 where it is
        const __m256i above = _mm256_and_si256(is_above, _mm256_sub_epi32(bits, lowest));
        const __m256i cell = _mm256_min_epi32(_mm256_sub_epi32(_mm256_srl_epi32(above, by), is_above), last);
        const __m256 rank = _mm256_i32gather_ps(table, cell, 8);
        const __m256 slope = _mm256_i32gather_ps(table + 1, cell, 8);
        const __m256 part = _mm256_cvtepi32_ps(_mm256_and_si256(above, within));
        _mm256_storeu_ps(out + j, _mm256_fmadd_ps(slope, part, rank));
    }
    ranks_plain(d2 + j, n - j, lowest_bits, shift, lines, out + j);
}
constexpr LineLookUp avx2{"avx2", ranks_avx2};

// A line is fetched as one number of 64 bits: half as many loads.
[[gnu::target("avx512f,avx512vl,avx512dq,avx512bw")]] void
ranks_avx512(const float* d2, std::size_t n, std::uint32_t lowest_bits, unsigned shift,
             std::span<const RankLine> lines, float* out) {
    using Floats = float __attribute__((vector_size(64)));
    using Numbers = std::uint32_t __attribute__((vector_size(64)));
    const auto last = static_cast<std::uint32_t>(lines.size() - 1);
    const std::uint32_t within = (std::uint32_t{1} << shift) - 1;
    const __m512i none = _mm512_setzero_si512();
    for (std::size_t j = 0; j < n; j += 16) {
        const std::size_t left = n - j;
        const auto lanes = static_cast<__mmask16>(left < 16 ? (1U << left) - 1U : 0xffffU);
        const auto bits = reinterpret_cast<Numbers>(_mm512_maskz_loadu_epi32(lanes, d2 + j));
        const Numbers is_above = bits > lowest_bits ? Numbers{} + 1U : Numbers{};
        const Numbers above = bits > lowest_bits ? bits - lowest_bits : Numbers{};
        Numbers cell = (above >> shift) + is_above;
        cell = cell < last ? cell : Numbers{} + last;
        const auto low = reinterpret_cast<Floats>(_mm512_mask_i32gather_epi64(
            none, 0xff,
            reinterpret_cast<__m256i>(__builtin_shufflevector(cell, cell, 0, 1, 2, 3, 4, 5, 6, 7)),
            lines.data(), sizeof(RankLine)));
        const auto high = reinterpret_cast<Floats>(_mm512_mask_i32gather_epi64(
            none, 0xff,
            reinterpret_cast<__m256i>(__builtin_shufflevector(cell, cell, 8, 9, 10, 11, 12, 13, 14, 15)),
            lines.data(), sizeof(RankLine)));
        const Floats rank =
            __builtin_shufflevector(low, high, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
        const Floats slope =
            __builtin_shufflevector(low, high, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
        const Floats value = rank + slope * __builtin_convertvector(above & within, Floats);
        _mm512_mask_storeu_ps(out + j, lanes, reinterpret_cast<__m512>(value));
    }
}
constexpr LineLookUp avx512{"avx512", ranks_avx512};

#endif

} // namespace

std::size_t RankTable::cell(float d2) const noexcept {
    const auto bits = std::bit_cast<std::uint32_t>(d2);
    return bits <= lowest_bits ? 0
                               : std::min<std::size_t>(rank.size() - 1, ((bits - lowest_bits) >> shift) + 1);
}

std::optional<RankLines> RankLines::of(const RankTable& table, std::span<const std::uint64_t> count) {
    const std::size_t inner = table.rank.size() - std::min<std::size_t>(2, table.rank.size());
    unsigned wider = 0; // a line has 2^wider of the table's cells
    while ((inner >> wider) > few_lines)
        ++wider;
    double total = 0.0;
    for (const std::uint64_t pairs : count)
        total += static_cast<double>(pairs);
    for (;; --wider) {
        const std::size_t together = std::size_t{1} << wider;
        RankLines out;
        out.lowest_bits_ = table.lowest_bits;
        out.shift_ = table.shift + wider;
        out.lines_.resize((inner + together - 1) / together + 2);
        double squares = 0.0;
        const double middle = 0.5 * static_cast<double>(together - 1);
        for (std::size_t line = 1; line + 1 < out.lines_.size(); ++line) {
            const std::size_t first = (line - 1) * together + 1;
            const std::size_t end = std::min(first + together, inner + 1);
            // Ranks are taken from one of their own, lest their squares drown what is sought.
            const auto own = static_cast<double>(table.rank[(first + end) / 2]);
            Moments sum;
            for (std::size_t cell = first; cell < end; ++cell)
                if (count[cell] > 0)
                    sum.add(static_cast<double>(count[cell]),
                            (static_cast<double>(cell - first) - middle) / static_cast<double>(together),
                            static_cast<double>(table.rank[cell]) - own);
            if (sum.weight == 0.0) { // nobody will ask
                out.lines_[line].rank = static_cast<float>(own - 0.5);
                continue;
            }
            const double x = sum.x / sum.weight;
            const double y = sum.y / sum.weight;
            const double xx = sum.xx - x * sum.x;
            const double xy = sum.xy - x * sum.y;
            const double slope = xx > 1e-9 * sum.weight ? xy / xx : 0.0;
            squares += std::max(0.0, sum.yy - y * sum.y - slope * xy);
            // In floats from the first of the cell, instead of shares of it from the middle.
            const double floats = std::ldexp(1.0, static_cast<int>(out.shift_));
            const double lower_end = -0.5 + 0.5 / floats;
            out.lines_[line] = {static_cast<float>(own + y + slope * (lower_end - x) - 0.5),
                                static_cast<float>(slope / floats)};
        }
        out.lines_.front().rank = table.rank.front() - 0.5F;
        out.lines_.back().rank = table.rank.back() - 0.5F;
        if (std::sqrt(squares / total) <= bar)
            return out;
        if (wider == 0 || (inner >> (wider - 1)) > most_lines)
            return std::nullopt;
    }
}

std::span<const LineLookUp* const> line_look_ups() {
#if defined(__x86_64__)
    static constexpr const LineLookUp* all[] = {&avx512, &avx2, &plain};
#else
    static constexpr const LineLookUp* all[] = {&plain};
#endif
    return runnable(all);
}

} // namespace stratoscope::engine
