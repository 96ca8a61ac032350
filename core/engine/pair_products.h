// Products of all pairs of some rows, as sums over two kernels need them: a small X·Xᵀ.
//
// Idea: a square of pairs at a time, whose sums stay in registers while the positions run, so that each value
// that is loaded serves several products. There are as many sums as a vector has lanes: at the end, halving
// them together turns them into one vector of totals. Rows are short, so float32 sums stay short, and are
// added to the caller's in float64. Its naive twin is tests/core/engine/pair_products_test.cpp.
#pragma once

#include <cstddef>
#include <span>

namespace stratoscope::engine {

struct PairProducts {
    const char* name; ///< avx512, avx2, plain

    /// Rows come in multiples of this, and positions too.
    static constexpr std::size_t rows_together = 4;
    static constexpr std::size_t positions_together = 16;

    /// out(a, b) += Σ_p values(a, p)·values(b, p), a ≤ b; what lies below is scratch. values: rows of
    /// `stride` floats, of which n count; out: rows × rows.
    void (*add)(const float* values, std::size_t stride, std::size_t rows, std::size_t n, double* out);
};

/// All that this machine runs, the widest first. The same for the whole run of the program.
[[nodiscard]] std::span<const PairProducts* const> pair_products();

} // namespace stratoscope::engine
