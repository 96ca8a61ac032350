#include "core/measures/symmetric_eigen_internal.h"

#include <algorithm>
#include <limits>

// Eigen once more and under another name: its templates must not be mixed with those that use BLAS.
#undef EIGEN_USE_BLAS
#define Eigen EigenWithoutBlas
#include <Eigen/Eigenvalues>

namespace stratoscope::measures {

void symmetric_eigen(std::span<double> matrix, std::span<double> values, EigenVectors vectors) {
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
