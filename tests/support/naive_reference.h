// The measures in the plainest float64 code, straight from their definitions: what the engine is held
// against.
#pragma once

#include "core/base/matrix.h"
#include "core/data/comparison.h"

#include <cstddef>
#include <vector>

namespace stratoscope::support {

/// Squared distances of all pairs of rows, N × N.
[[nodiscard]] Matrix<double> naive_squared_distances(const Matrix<float>& rows, Distance distance);

/// Mid-rank of j among all images but i, by distance from i; 0 at i = j.
[[nodiscard]] Matrix<double> naive_ranks(const Matrix<double>& squared_distances);

/// (i, j): how much j counts among the k nearest of i, 0 … 1; images tied at the k-th place share what is
/// left.
[[nodiscard]] Matrix<double> naive_weights(const Matrix<double>& squared_distances, std::size_t k);

/// c_i(a→b) of every image.
[[nodiscard]] std::vector<double> naive_divergence(const Matrix<float>& a, const Matrix<float>& b,
                                                   std::size_t k, Distance distance);
[[nodiscard]] double naive_information_imbalance(const Matrix<float>& a, const Matrix<float>& b,
                                                 std::size_t k, Distance distance);
[[nodiscard]] double naive_overlap(const Matrix<float>& a, const Matrix<float>& b, std::size_t k,
                                   Distance distance);
[[nodiscard]] double naive_cka(const Matrix<float>& a, const Matrix<float>& b, bool unbiased);

} // namespace stratoscope::support
