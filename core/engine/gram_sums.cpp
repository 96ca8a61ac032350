#include "core/engine/gram_sums.h"

#include "core/engine/blas.h"

#include <algorithm>
#include <utility>

namespace stratoscope::engine {

GramSums::GramSums(std::size_t images, std::size_t layers)
    : row_sum(images, layers), squared_length(images, layers), row_product(images, layers * (layers + 1) / 2),
      product(layers, layers), done(images, 0) {}

void GramRow::add(std::size_t image, std::span<const float* const> kernels,
                  std::span<const float> squared_lengths, GramSums& sums, MatrixView<double> product) {
    const std::size_t layers = kernels.size();
    const std::size_t images = sums.row_sum.rows();
    if (rows_.rows() != layers || rows_.cols() != images) {
        rows_ = Matrix<double>(layers, images);
        products_ = Matrix<double>(layers, layers);
    }
    for (std::size_t layer = 0; layer < layers; ++layer) {
        const std::span<double> row = rows_.row(layer);
        std::copy_n(kernels[layer], images, row.begin());
        row[image] = 0.0;
        double sum = 0.0;
        for (const double value : row)
            sum += value;
        sums.row_sum(image, layer) = sum;
        sums.squared_length(image, layer) = static_cast<double>(squared_lengths[layer]);
    }
    gram_upper(std::as_const(rows_).view(), products_.view());
    for (std::size_t a = 0; a < layers; ++a)
        for (std::size_t b = a; b < layers; ++b) {
            product(a, b) += products_(a, b);
            sums.row_product(image, GramSums::pair(a, b, layers)) = static_cast<float>(products_(a, b));
        }
    sums.done[image] = 1;
}

} // namespace stratoscope::engine
