// Measures of feature maps in the plainest float64 code: singular values by one-sided Jacobi rotations, ridge
// by Gaussian elimination; nothing of the engine's way.
#pragma once

#include "core/base/matrix.h"

namespace stratoscope::support {

/// ‖X_aᵀX_b‖_* of centred rows of Frobenius norm 1.
[[nodiscard]] double naive_nuclear_norm(const Matrix<float>& a, const Matrix<float>& b);
[[nodiscard]] double naive_svcca(const Matrix<float>& a, const Matrix<float>& b);
[[nodiscard]] double naive_pwcca(const Matrix<float>& a, const Matrix<float>& b);
/// Image i is in fold i mod 5.
[[nodiscard]] double naive_linear_predictivity(const Matrix<float>& a, const Matrix<float>& b);

} // namespace stratoscope::support
