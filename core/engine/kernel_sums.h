// Sums over kernels of the rows, from which CKA, distance correlation and the correlations of distances
// are finished once the pass is.
//
// Idea: a stretch of one row in all layers' kernels at a time, while it is in the cache: what several kernels
// are made of is computed once, and the pairs of layers are multiplied together. What is centred by rows and
// columns is taken from the products before lengths are added, since next to the length of an outlier they
// would drown. Centring does not see a constant, nor one for each image, taken off first: that keeps values
// small and float32 good enough within a row.
#pragma once

#include "core/base/matrix.h"
#include "core/engine/rank_table.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace stratoscope::engine {

enum class Kernel {
    linear,           ///< x·y/unit, of the shifted rows
    centred_distance, ///< (d − ‖x‖ − ‖y‖)/√unit + √2 − 1: for centring by rows and columns
    distance,         ///< d/√unit − 1
    gaussian,         ///< exp(−d²/unit)
    distance_rank,    ///< rank among all pairs' distances, 0 … 1, less ½
};

/// Taken off kernels, about what they give for ordinary pairs: centring does not see it.
inline constexpr float ordinary_centred_distance =
    -0.41421356F; ///< 1 − √2, of two rows of length √(unit/2) at a right angle
inline constexpr float ordinary_gaussian = 0.60653066F; ///< exp(−½), of the median distance

struct KernelPlan {
    Kernel kernel = Kernel::linear;
    std::vector<float> unit;                                  ///< (layer), > 0; not for distance_rank
    std::vector<std::shared_ptr<const RankTable>> ranks;      ///< (layer), for distance_rank alone
    std::vector<std::shared_ptr<const RankLines>> lines = {}; ///< beside them; null where there are none
};

/// K(i,i): what a distance of 0 gives. squared_length: of the working row.
[[nodiscard]] double kernel_diagonal(const KernelPlan& plan, std::size_t layer, float squared_length);

/// Sums are without the diagonal. Rows that were not done yet are zero.
struct KernelSums {
    Matrix<double> row_sum;    ///< (image, layer): Σ_{j≠i} K(i,j)
    Matrix<double> diagonal;   ///< (image, layer): K(i,i)
    Matrix<float> row_product; ///< (image, pair a ≤ b): Σ_{j≠i} K_a(i,j)·K_b(i,j); for standard errors
    Matrix<double> product;    ///< (a, b), a ≤ b: the sum of row_product over images, in float64
    std::vector<std::uint8_t> done; ///< (image)

    KernelSums() = default;
    KernelSums(std::size_t images, std::size_t layers);
    /// Where the pair a ≤ b stands in row_product.
    [[nodiscard]] static std::size_t pair(std::size_t a, std::size_t b, std::size_t layers) {
        return a * layers - a * (a + 1) / 2 + b;
    }
};

/// One query image: what its kernels are made of, by layer. All by position.
struct KernelInput {
    std::span<const float* const> products; ///< −2 × (at itself: anything)
    std::span<const float* const> lengths;  ///< squared, of the working rows
    std::span<const float* const> roots;    ///< of those
};

/// Scratch for one thread: some positions of one row, as the kernels of all layers have them.
class KernelRow {
  public:
    /// Every kernel of the row at `position`. Writes the image's rows of `sums`, and adds to `product`: an L
    /// × L matrix a kernel, of which the upper triangle counts.
    void add(std::span<const KernelPlan> kernels, std::size_t position, std::size_t image,
             const KernelInput& input, std::span<KernelSums> sums, std::span<Matrix<double>> product);

  private:
    std::size_t fill(std::span<const KernelPlan> kernels, std::size_t position, const KernelInput& input,
                     std::size_t first, std::size_t count);

    std::size_t rows_ = 0;        // of one kernel: the layers, a row of ones, and zeros up to whole blocks
    AlignedVector<float> values_; // kernel, row, a stretch of positions
    AlignedVector<float> d2_;     // of one layer and stretch
    AlignedVector<float> root_;
    AlignedVector<double> totals_; // kernel, row, row
};

} // namespace stratoscope::engine
