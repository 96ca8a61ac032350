// Every measure, cell by cell, against float64 in the plainest way: on ordinary rows and on rows that are
// hard.
#include "tests/core/measures/comparing.h"
#include "tests/support/naive_reference.h"
#include "tests/support/naive_structure.h"

#include <gtest/gtest.h>

#include <cmath>
#include <ostream>

namespace stratoscope::measures {
namespace {

using support::normal_rows;

struct Rows {
    const char* name;
    Matrix<float> (*make)(std::uint64_t seed);
    friend void PrintTo(const Rows& rows, std::ostream* out) { *out << rows.name; } // names the test
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

TEST_P(Reference, DistanceStructure) {
    const auto rows = layers();
    for (const Distance distance : {Distance::euclidean, Distance::cosine, Distance::hamming}) {
        const auto expect = [&](const char* name, double bar, const auto& naive) {
            const Comparison found = compare_rows(layers(), name, {}, distance);
            for (std::size_t a = 0; a < 3; ++a)
                for (std::size_t b = 0; b < 3; ++b) {
                    const double expected = naive(rows[a], rows[b]);
                    if (std::isfinite(expected)) { // one column has no angles, and so no cosine distances
                        EXPECT_NEAR(found.value(a, b), expected, bar)
                            << name << ": " << a << " and " << b << ", " << name_of(distance);
                    }
                }
        };
        using Layer = const Matrix<float>&;
        expect("rsa_pearson", 1e-6,
               [&](Layer a, Layer b) { return support::naive_rsa_pearson(a, b, distance); });
        // Which of many equal angles tie is a matter of rounding, in float64 as well.
        const std::string_view rows_name = GetParam().name;
        if (distance != Distance::cosine || (rows_name != "Tied" && rows_name != "MostlyZero"))
            expect("rsa_spearman", 1e-5,
                   [&](Layer a, Layer b) { return support::naive_rsa_spearman(a, b, distance); });
        for (const bool unbiased : {true, false}) {
            expect(unbiased ? "distance_correlation_unbiased" : "distance_correlation", 1e-6,
                   [&](Layer a, Layer b) {
                       return support::naive_distance_correlation(a, b, distance, unbiased);
                   });
            expect(unbiased ? "cka_rbf_unbiased" : "cka_rbf", 1e-6,
                   [&](Layer a, Layer b) { return support::naive_cka_rbf(a, b, distance, unbiased); });
        }
    }
}

TEST_P(Reference, Jaccard) {
    const auto rows = layers();
    for (const Distance distance : {Distance::euclidean, Distance::hamming}) {
        const Comparison found = compare_rows(layers(), "jaccard", 7, distance);
        for (std::size_t a = 0; a < 3; ++a)
            for (std::size_t b = 0; b < 3; ++b)
                EXPECT_NEAR(found.value(a, b), support::naive_jaccard(rows[a], rows[b], 7, distance), 1e-9)
                    << a << " and " << b << ", " << name_of(distance);
    }
}

// So many that ranks of distances follow lines.
TEST(ReferenceOfManyPairs, RsaSpearman) {
    constexpr std::size_t images = 800;
    const Matrix<float> a = normal_rows(images, 6, 1);
    Matrix<float> b = normal_rows(images, 6, 2);
    Matrix<float> clusters = normal_rows(images, 6, 3);
    Matrix<float> outliers = normal_rows(images, 6, 4);
    for (std::size_t i = 0; i < images; ++i)
        for (std::size_t c = 0; c < 6; ++c) {
            b(i, c) = 0.5F * b(i, c) + a(i, c);
            clusters(i, c) = 0.01F * clusters(i, c) + a(i % 10, c);
            outliers(i, c) = (i % 100 == 3 ? 1000.0F : 1.0F) * (outliers(i, c) + a(i, c));
        }
    const std::vector<Matrix<float>> rows{a, b, clusters, outliers};
    const Comparison found = compare_rows(rows, "rsa_spearman", {});
    for (std::size_t x = 0; x < rows.size(); ++x)
        for (std::size_t y = x + 1; y < rows.size(); ++y)
            EXPECT_NEAR(found.value(x, y), support::naive_rsa_spearman(rows[x], rows[y], Distance::euclidean),
                        1e-6)
                << x << " and " << y;
}

TEST(ReferenceOfOrdinaryRows, Cknna) {
    const Matrix<float> a = normal_rows(80, 6, 1);
    Matrix<float> b = normal_rows(80, 6, 2);
    for (std::size_t i = 0; i < b.values().size(); ++i)
        b.data()[i] = 0.5F * b.data()[i] + a.data()[i] + 1.5F;
    for (const Distance distance : {Distance::euclidean, Distance::cosine}) {
        const Comparison found = compare_rows({a, b}, "cknna", 10, distance);
        // Its products are float32's.
        EXPECT_NEAR(found.value(0, 1), support::naive_cknna(a, b, 10, distance), 1e-7);
        EXPECT_NEAR(found.value(1, 0), found.value(0, 1), 1e-12);
        EXPECT_NEAR(found.value(1, 1), 1.0, 1e-12);
        EXPECT_GT(found.standard_error(0, 1), 0.0);
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
