// The inner loop of all distances: a small tile of distances from packed rows, in the widest vectors the
// machine has.
//
// Idea: the tile's sums stay in registers while the dimension runs; packing makes every load contiguous. A
// 12 × 32 tile (AVX-512) does 24 multiply-adds for 2 loads and 12 broadcasts, so it is the multipliers that
// are busy and not the memory. Its naive twin is tests/core/engine/product_kernel_test.cpp.
#pragma once

#include <cstddef>
#include <span>

namespace stratoscope::engine {

/// How a tile ends, after the last part of the dimension; empty while parts are to come.
struct TileEnd {
    /// Relative lengths, which are added; what rounding made less than `least` becomes that. Null: none are.
    const float* row_lengths = nullptr;
    const float* column_lengths = nullptr;
    float least = 0.0F;
    /// The tile is also stored transposed, from registers: (r, c) at mirror[c·mirror_stride + r]. Null: it
    /// isn't. Else rows_used is even.
    float* mirror = nullptr;
    std::size_t mirror_stride = 0;
};

struct ProductKernel {
    std::size_t rows;    ///< of a tile, and of a panel of queries
    std::size_t columns; ///< of a tile, and of a panel of packed rows; divides 32
    const char* name;    ///< avx512, avx2, plain

    /// out(r, c) (+)= Σ_k queries[k·rows + r] · panel[k·columns + c] for r < rows_used and all columns.
    /// `first` part of the dimension: set, later ones add. All columns are written, whatever they hold.
    /// ahead: where the next panel's values lie that will be needed first. They are called a little with each
    /// tile, ahead_a_depth · depth of them: memory is too slow to bring a panel while it is multiplied.
    void (*tile)(std::size_t depth, const float* queries, const float* panel, const float* ahead, float* out,
                 std::size_t stride, std::size_t rows_used, bool first, const TileEnd& end);
    static constexpr std::size_t ahead_a_depth = 2;
    /// So many products are summed from 0, and then the rest: each addition rounds by a part of the sum so
    /// far, and the sums of few are small. Depths are at most twice this.
    static constexpr std::size_t summed_at_a_time = 128;
};

/// All that this machine runs, the widest first. The same for the whole run of the program.
[[nodiscard]] std::span<const ProductKernel* const> product_kernels();
/// The widest of them.
[[nodiscard]] inline const ProductKernel& product_kernel() {
    return *product_kernels().front();
}

} // namespace stratoscope::engine
