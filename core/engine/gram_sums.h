// What CKA needs of the linear kernels K_a of all layers: sums over rows, finished only once the pass is.
#pragma once

#include "core/base/matrix.h"

#include <cstdint>
#include <span>
#include <vector>

namespace stratoscope::engine {

/// Everything is without the diagonal; that is in `squared_length`. Rows that were not done yet are zero.
struct GramSums {
    Matrix<double> row_sum;        ///< (image, layer): Σ_{j≠i} K(i,j)
    Matrix<double> squared_length; ///< (image, layer): K(i,i)
    Matrix<float> row_product; ///< (image, pair a ≤ b): Σ_{j≠i} K_a(i,j)·K_b(i,j); for standard errors
    Matrix<double> product;    ///< (a, b), a ≤ b: the sum of row_product over images, in float64
    std::vector<std::uint8_t> done; ///< (image)

    GramSums() = default;
    GramSums(std::size_t images, std::size_t layers);
    /// Where the pair a ≤ b stands in row_product.
    [[nodiscard]] static std::size_t pair(std::size_t a, std::size_t b, std::size_t layers) {
        return a * layers - a * (a + 1) / 2 + b;
    }
};

/// Scratch for one thread: the products of one row of all kernels.
class GramRow {
  public:
    /// kernels[layer][j] = K_layer(image, j), j over all images. Writes the image's rows of sums, and adds to
    /// `product`, an L × L matrix of the caller's (upper triangle).
    void add(std::size_t image, std::span<const float* const> kernels, std::span<const float> squared_lengths,
             GramSums& sums, MatrixView<double> product);

  private:
    Matrix<double> rows_;
    Matrix<double> products_;
};

} // namespace stratoscope::engine
