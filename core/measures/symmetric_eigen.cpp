#include "core/base/error.h"
#include "core/measures/symmetric_eigen_internal.h"

#include <algorithm>
#include <cmath>
#include <limits>

// Eigen once more and under another name: its templates must not be mixed with those that use BLAS.
#undef EIGEN_USE_BLAS
#define Eigen EigenWithoutBlas
#include <Eigen/Eigenvalues>

namespace stratoscope::measures {
namespace {

bool lower_triangle_is_finite(std::span<const double> matrix, std::size_t n) {
    for (std::size_t column = 0; column < n; ++column)
        if (!std::ranges::all_of(matrix.subspan(column * n + column, n - column),
                                 [](double value) { return std::isfinite(value); }))
            return false;
    return true;
}

} // namespace

void symmetric_eigen(std::span<double> matrix, std::span<double> values, EigenVectors vectors) {
    if (matrix.size() != values.size() * values.size())
        throw Error(ErrorKind::internal,
                    {.what = "eigenvalues were asked of what is no square matrix",
                     .expected = std::to_string(values.size() * values.size()) + " values",
                     .found = std::to_string(matrix.size())});
    if (values.empty())
        return;
    if (!lower_triangle_is_finite(matrix, values.size())) {
        std::ranges::fill(values, std::numeric_limits<double>::quiet_NaN());
        return;
    }
    const auto n = static_cast<EigenWithoutBlas::Index>(values.size());
    EigenWithoutBlas::Map<EigenWithoutBlas::MatrixXd> whole(matrix.data(), n, n);
    const EigenWithoutBlas::SelfAdjointEigenSolver<EigenWithoutBlas::MatrixXd> eigen(
        whole, vectors == EigenVectors::wanted ? EigenWithoutBlas::ComputeEigenvectors
                                               : EigenWithoutBlas::EigenvaluesOnly);
    if (eigen.info() != EigenWithoutBlas::Success) {
        std::ranges::fill(values, std::numeric_limits<double>::quiet_NaN());
        return;
    }
    std::copy_n(eigen.eigenvalues().data(), values.size(), values.data());
    if (vectors == EigenVectors::wanted)
        whole = eigen.eigenvectors();
}

} // namespace stratoscope::measures
