// Every measure, cell by cell, against float64 in the plainest way: on ordinary rows and on rows that are
// hard.
#include "tests/core/measures/comparing.h"
#include "tests/support/naive_reference.h"

#include <gtest/gtest.h>

#include <cmath>

namespace stratoscope::measures {
namespace {

using support::normal_rows;

struct Rows {
    const char* name;
    Matrix<float> (*make)(std::uint64_t seed);
};

Matrix<float> ordinary(std::uint64_t seed) {
    return normal_rows(90, 12, seed);
}

// Far from the origin float32 products lose the distances.
Matrix<float> far_away(std::uint64_t seed) {
    Matrix<float> rows = normal_rows(90, 12, seed);
    for (std::size_t i = 0; i < rows.rows(); ++i)
        for (float& x : rows.row(i))
            x = 3000.0F + x;
    return rows;
}

// Small integers: many distances are equal.
Matrix<float> tied(std::uint64_t seed) {
    Matrix<float> rows = normal_rows(90, 4, seed);
    for (std::size_t i = 0; i < rows.rows(); ++i)
        for (float& x : rows.row(i))
            x = std::round(x);
    return rows;
}

Matrix<float> with_twins(std::uint64_t seed) {
    Matrix<float> rows = normal_rows(90, 12, seed);
    for (std::size_t i = 40; i < 70; ++i)
        for (std::size_t j = 0; j < rows.cols(); ++j)
            rows(i, j) = rows(i % 7, j);
    return rows;
}

// One image dwarfs all others, as CLS tokens do.
Matrix<float> one_giant(std::uint64_t seed) {
    Matrix<float> rows = normal_rows(90, 12, seed);
    for (float& x : rows.row(13))
        x *= 1e4F;
    return rows;
}

Matrix<float> one_column(std::uint64_t seed) {
    return normal_rows(90, 1, seed);
}

Matrix<float> mostly_zero(std::uint64_t seed) {
    Matrix<float> rows = normal_rows(90, 12, seed);
    for (std::size_t i = 0; i < rows.rows(); ++i)
        for (float& x : rows.row(i))
            x = x < 0.8F ? 0.0F : x;
    return rows;
}

class Reference : public testing::TestWithParam<Rows> {
  protected:
    std::vector<Matrix<float>> layers() const {
        std::vector<Matrix<float>> out{GetParam().make(1), GetParam().make(2)};
        Matrix<float> near = GetParam().make(1); // related to the first
        const Matrix<float> noise = normal_rows(near.rows(), near.cols(), 77);
        for (std::size_t i = 0; i < near.rows(); ++i)
            for (std::size_t j = 0; j < near.cols(); ++j)
                near(i, j) += 0.3F * noise(i, j);
        out.push_back(std::move(near));
        return out;
    }
};

TEST_P(Reference, InformationImbalance) {
    const auto rows = layers();
    for (const Distance distance : {Distance::euclidean, Distance::cosine, Distance::hamming})
        for (const std::size_t k : {1U, 7U}) {
            const Comparison found = compare_rows(layers(), "information_imbalance", k, distance);
            for (std::size_t a = 0; a < 3; ++a)
                for (std::size_t b = 0; b < 3; ++b)
                    EXPECT_NEAR(found.value(a, b),
                                support::naive_information_imbalance(rows[a], rows[b], k, distance), 1e-9)
                        << a << " to " << b << ", k " << k << ", " << name_of(distance);
        }
}

TEST_P(Reference, Overlap) {
    const auto rows = layers();
    for (const Distance distance : {Distance::euclidean, Distance::cosine, Distance::hamming})
        for (const std::size_t k : {1U, 7U}) {
            const Comparison found = compare_rows(layers(), "overlap", k, distance);
            for (std::size_t a = 0; a < 3; ++a)
                for (std::size_t b = 0; b < 3; ++b)
                    EXPECT_NEAR(found.value(a, b), support::naive_overlap(rows[a], rows[b], k, distance),
                                1e-9)
                        << a << " and " << b << ", k " << k << ", " << name_of(distance);
        }
}

TEST_P(Reference, Cka) {
    const auto rows = layers();
    for (const bool unbiased : {true, false}) {
        const Comparison found = compare_rows(layers(), unbiased ? "cka_unbiased" : "cka", {});
        for (std::size_t a = 0; a < 3; ++a)
            for (std::size_t b = 0; b < 3; ++b)
                EXPECT_NEAR(found.value(a, b), support::naive_cka(rows[a], rows[b], unbiased), 1e-6)
                    << a << " and " << b;
    }
}

INSTANTIATE_TEST_SUITE_P(Rows, Reference,
                         testing::Values(Rows{"Ordinary", ordinary}, Rows{"FarAway", far_away},
                                         Rows{"Tied", tied}, Rows{"WithTwins", with_twins},
                                         Rows{"OneGiant", one_giant}, Rows{"OneColumn", one_column},
                                         Rows{"MostlyZero", mostly_zero}),
                         [](const auto& test) { return std::string(test.param.name); });

} // namespace
} // namespace stratoscope::measures
