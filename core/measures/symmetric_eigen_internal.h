// Eigenvalues of symmetric matrices, without BLAS.
//
// Eigen would ask BLAS for products of the matrix with vectors, and dsymv of the OpenBLAS that Debian 12 has
// reads beyond the matrix on machines it does not know: seen with the address sanitizer, and a crash where
// that is the end of the memory. (OpenBLAS pull request 3567 mends the like in zsymv.)
#pragma once

#include <cstddef>
#include <span>

namespace stratoscope::measures {

enum class EigenVectors { wanted, not_wanted };

/// matrix: n × n, of which the lower triangle is read, by columns; it becomes the eigenvectors, by columns,
/// where these are wanted, else what it was. values: n, in rising order; all NaN where that triangle holds
/// NaN or infinity, or where they did not converge. Error(internal) where the sizes are no n × n and n.
void symmetric_eigen(std::span<double> matrix, std::span<double> values, EigenVectors vectors);

} // namespace stratoscope::measures
