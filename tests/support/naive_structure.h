// Measures of kernels and distance matrices in the plainest float64 code; each in the form of its source, not
// in that of the engine.
#pragma once

#include "core/base/matrix.h"
#include "core/data/comparison.h"

#include <cstddef>

namespace stratoscope::support {

[[nodiscard]] double naive_jaccard(const Matrix<float>& a, const Matrix<float>& b, std::size_t k,
                                   Distance distance);
/// As in Huh et al. 2024, on N × N masked kernels. No two distances of a row may be equal.
[[nodiscard]] double naive_cknna(const Matrix<float>& a, const Matrix<float>& b, std::size_t k,
                                 Distance distance);
[[nodiscard]] double naive_cka_rbf(const Matrix<float>& a, const Matrix<float>& b, Distance distance,
                                   bool unbiased);
[[nodiscard]] double naive_rsa_pearson(const Matrix<float>& a, const Matrix<float>& b, Distance distance);
[[nodiscard]] double naive_rsa_spearman(const Matrix<float>& a, const Matrix<float>& b, Distance distance);
[[nodiscard]] double naive_distance_correlation(const Matrix<float>& a, const Matrix<float>& b,
                                                Distance distance, bool unbiased);

} // namespace stratoscope::support
