// Eigenvalues and eigenvectors of symmetric matrices: in closed form, under rotation and scale, against
// Jacobi's rotations written plainly, and of what is no matrix.
#include "core/base/error.h"
#include "core/measures/symmetric_eigen_internal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

namespace stratoscope::measures {
namespace {

/// n × n, by columns.
struct Square {
    std::size_t n = 0;
    std::vector<double> values = std::vector<double>(n * n, 0.0);
    double& at(std::size_t row, std::size_t column) { return values[column * n + row]; }
    [[nodiscard]] double at(std::size_t row, std::size_t column) const { return values[column * n + row]; }
};

struct Found {
    std::vector<double> values;
    Square vectors;
};

Found eigen_of(const Square& matrix) {
    Found out{std::vector<double>(matrix.n), matrix};
    symmetric_eigen(out.vectors.values, out.values, EigenVectors::wanted);
    return out;
}

std::vector<double> eigenvalues_of(Square matrix) {
    std::vector<double> values(matrix.n);
    symmetric_eigen(matrix.values, values, EigenVectors::not_wanted);
    return values;
}

Square diagonal(const std::vector<double>& entries) {
    Square out{entries.size()};
    for (std::size_t i = 0; i < out.n; ++i)
        out.at(i, i) = entries[i];
    return out;
}

Square product(const Square& a, const Square& b) {
    Square out{a.n};
    for (std::size_t i = 0; i < a.n; ++i)
        for (std::size_t j = 0; j < a.n; ++j)
            for (std::size_t l = 0; l < a.n; ++l)
                out.at(i, j) += a.at(i, l) * b.at(l, j);
    return out;
}

Square transposed(const Square& a) {
    Square out{a.n};
    for (std::size_t i = 0; i < a.n; ++i)
        for (std::size_t j = 0; j < a.n; ++j)
            out.at(j, i) = a.at(i, j);
    return out;
}

/// G + Gᵀ of normal numbers.
Square made_up(std::size_t n, unsigned seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    Square out{n};
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j)
            out.at(i, j) = out.at(j, i) = normal(random);
    return out;
}

/// A rotation by many planes, none of them along an axis.
Square rotation(std::size_t n, unsigned seed) {
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> angle(0.0, 6.0);
    Square out = diagonal(std::vector<double>(n, 1.0));
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = i + 1; j < n; ++j) {
            Square plane = diagonal(std::vector<double>(n, 1.0));
            const double turn = angle(random);
            plane.at(i, i) = plane.at(j, j) = std::cos(turn);
            plane.at(i, j) = -std::sin(turn);
            plane.at(j, i) = std::sin(turn);
            out = product(out, plane);
        }
    return out;
}

/// Jacobi: turn the plane of one entry off the diagonal after another until all of them are gone.
std::vector<double> jacobi(Square a) {
    for (int sweep = 0; sweep < 12; ++sweep)
        for (std::size_t p = 0; p < a.n; ++p)
            for (std::size_t q = p + 1; q < a.n; ++q) {
                if (a.at(p, q) == 0.0)
                    continue;
                const double turn = 0.5 * std::atan2(2.0 * a.at(p, q), a.at(q, q) - a.at(p, p));
                Square plane = diagonal(std::vector<double>(a.n, 1.0));
                plane.at(p, p) = plane.at(q, q) = std::cos(turn);
                plane.at(p, q) = std::sin(turn);
                plane.at(q, p) = -std::sin(turn);
                a = product(transposed(plane), product(a, plane));
            }
    std::vector<double> values;
    for (std::size_t i = 0; i < a.n; ++i)
        values.push_back(a.at(i, i));
    std::ranges::sort(values);
    return values;
}

double largest(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0,
                           [](double most, double value) { return std::max(most, std::abs(value)); });
}

void expect_near(const std::vector<double>& found, const std::vector<double>& expected, double relative) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        EXPECT_NEAR(found[i], expected[i], relative * std::max(1e-300, largest(expected))) << i;
}

/// A·v = λ·v for each, and the vectors are orthonormal.
void expect_eigenvectors(const Square& matrix, const Found& found) {
    const double scale = largest(found.values);
    const Square turned = product(matrix, found.vectors);
    const Square unit = product(transposed(found.vectors), found.vectors);
    for (std::size_t i = 0; i < matrix.n; ++i)
        for (std::size_t j = 0; j < matrix.n; ++j) {
            EXPECT_NEAR(turned.at(i, j), found.values[j] * found.vectors.at(i, j), 1e-12 * scale);
            EXPECT_NEAR(unit.at(i, j), i == j ? 1.0 : 0.0, 1e-12);
        }
}

TEST(SymmetricEigen, OfADiagonalIsTheDiagonalInRisingOrder) {
    const Square matrix = diagonal({3.0, -1.0, 0.0, 2.0});
    const Found found = eigen_of(matrix);
    expect_near(found.values, {-1.0, 0.0, 2.0, 3.0}, 1e-15);
    expect_eigenvectors(matrix, found);
    EXPECT_NEAR(std::abs(found.vectors.at(1, 0)), 1.0, 1e-15) << "−1 stands in the second row";
    EXPECT_EQ(eigenvalues_of(diagonal({7.0})), std::vector<double>{7.0});
}

TEST(SymmetricEigen, OfTwoByTwoFollowsTheFormula) {
    const double a = 1.5;
    const double b = -0.75;
    const double c = 4.0;
    Square matrix{2};
    matrix.at(0, 0) = a;
    matrix.at(1, 0) = matrix.at(0, 1) = b;
    matrix.at(1, 1) = c;
    const double root = std::hypot(0.5 * (a - c), b);
    const Found found = eigen_of(matrix);
    expect_near(found.values, {0.5 * (a + c) - root, 0.5 * (a + c) + root}, 1e-15);
    expect_eigenvectors(matrix, found);
}

TEST(SymmetricEigen, OfRankOneIsTheVectorsSquareAndZeros) {
    const std::vector<double> x{1.0, -2.0, 0.5, 3.0, 0.0};
    Square matrix{x.size()};
    double square = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        square += x[i] * x[i];
        for (std::size_t j = 0; j < x.size(); ++j)
            matrix.at(i, j) = x[i] * x[j];
    }
    const Found found = eigen_of(matrix);
    expect_near(found.values, {0.0, 0.0, 0.0, 0.0, square}, 1e-14);
    for (std::size_t i = 0; i < x.size(); ++i)
        EXPECT_NEAR(std::abs(found.vectors.at(i, 4)), std::abs(x[i]) / std::sqrt(square), 1e-14);
    expect_eigenvectors(matrix, found);
}

TEST(SymmetricEigen, RepeatedValuesHaveOrthonormalVectors) {
    const Square turn = rotation(6, 4);
    const Square matrix =
        product(turn, product(diagonal({2.0, 2.0, 2.0, -1.0, -1.0, 5.0}), transposed(turn)));
    const Found found = eigen_of(matrix);
    expect_near(found.values, {-1.0, -1.0, 2.0, 2.0, 2.0, 5.0}, 1e-14);
    expect_eigenvectors(matrix, found);
    expect_near(eigenvalues_of(diagonal(std::vector<double>(9, 0.25))), std::vector<double>(9, 0.25), 1e-15);
    expect_near(eigenvalues_of(Square{4}), std::vector<double>(4, 0.0), 1e-15);
}

TEST(SymmetricEigen, ValuesStayUnderRotationAndGrowWithScale) {
    const Square matrix = made_up(12, 1);
    const std::vector<double> values = eigenvalues_of(matrix);
    const Square turn = rotation(12, 2);
    expect_near(eigenvalues_of(product(turn, product(matrix, transposed(turn)))), values, 1e-13);
    for (const double scale : {-1.0, 1e-150, 1e150}) {
        Square scaled = matrix;
        for (double& value : scaled.values)
            value *= scale;
        std::vector<double> expected;
        for (const double value : values)
            expected.push_back(scale * value);
        std::ranges::sort(expected);
        expect_near(eigenvalues_of(scaled), expected, 1e-13);
    }
}

TEST(SymmetricEigen, IsThatOfJacobisRotations) {
    for (const std::size_t n : {3UL, 8UL, 25UL}) {
        const Square matrix = made_up(n, static_cast<unsigned>(n));
        expect_near(eigenvalues_of(matrix), jacobi(matrix), 1e-12);
        const Found found = eigen_of(matrix);
        expect_near(found.values, jacobi(matrix), 1e-12);
        expect_eigenvectors(matrix, found);
    }
}

TEST(SymmetricEigen, ReadsTheLowerTriangleAloneAndKeepsTheMatrixWhereNoVectorsAreWanted) {
    const Square matrix = made_up(7, 5);
    Square lower = matrix;
    for (std::size_t j = 0; j < 7; ++j)
        for (std::size_t i = 0; i < j; ++i)
            lower.at(i, j) = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(eigenvalues_of(lower), eigenvalues_of(matrix));
    Square kept = matrix;
    std::vector<double> values(7);
    symmetric_eigen(kept.values, values, EigenVectors::not_wanted);
    EXPECT_EQ(kept.values, matrix.values);
}

TEST(SymmetricEigen, OfNothingIsNothing) {
    symmetric_eigen({}, {}, EigenVectors::wanted);
    symmetric_eigen({}, {}, EigenVectors::not_wanted);
}

TEST(SymmetricEigen, WhatIsNoSquareIsRefused) {
    std::vector<double> matrix(6, 1.0);
    std::vector<double> values(2);
    EXPECT_THROW(symmetric_eigen(matrix, values, EigenVectors::wanted), Error);
    EXPECT_THROW(symmetric_eigen(std::span(matrix).first(3), values, EigenVectors::not_wanted), Error);
}

TEST(SymmetricEigen, NaNAndInfinityGiveNaN) {
    for (const double bad :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
        for (const std::size_t n : {1UL, 2UL, 6UL}) {
            Square matrix = made_up(n, 8);
            matrix.at(n - 1, n / 2) = bad;
            for (const double value : eigenvalues_of(matrix))
                EXPECT_TRUE(std::isnan(value)) << n;
            for (const double value : eigen_of(matrix).values)
                EXPECT_TRUE(std::isnan(value)) << n;
        }
}

} // namespace
} // namespace stratoscope::measures
