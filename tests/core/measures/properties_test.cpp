// Closed forms, and what must not change a value: order of images, rotation, scale, number of threads.
#include "core/measures/catalogue.h"
#include "tests/core/measures/comparing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace stratoscope::measures {
namespace {

using support::normal_rows;

const std::vector<std::string> all_measures = [] {
    std::vector<std::string> names;
    for (const MeasureInfo& info : catalogue())
        names.emplace_back(info.name);
    return names;
}();

TEST(ClosedForm, ALayerWithItself) {
    for (const std::size_t k : {1U, 5U, 30U}) {
        const Comparison imbalance =
            compare_rows({normal_rows(200, 9, 1), normal_rows(200, 9, 2)}, "information_imbalance", k);
        EXPECT_NEAR(imbalance.value(0, 0), (static_cast<double>(k) + 1.0) / 200.0, 1e-12);
        EXPECT_NEAR(imbalance.floor(0, 1), (static_cast<double>(k) + 1.0) / 200.0, 1e-12);
        EXPECT_EQ(imbalance.null_value(0, 1), 1.0);
        EXPECT_NEAR(compare_rows({normal_rows(200, 9, 1)}, "overlap", k).value(0, 0), 1.0, 1e-12);
    }
    for (const char* cka : {"cka", "cka_unbiased"})
        EXPECT_NEAR(compare_rows({normal_rows(200, 9, 1)}, cka, {}).value(0, 0), 1.0, 1e-9);
}

TEST(ClosedForm, ThreeEquallySpacedPointsAndOneFarOff) {
    // 0, 1, 2, 10 on a line against their squares: nearest of 0 is 1, of 1 are 0 and 2 (tied), of 2 is 1, of
    // 10 is 2.
    Matrix<float> line(4, 1);
    Matrix<float> shuffledLine(4, 1);
    const float a[] = {0, 1, 2, 10};
    const float b[] = {0, 5, 1, 2};
    for (std::size_t i = 0; i < 4; ++i) {
        line(i, 0) = a[i];
        shuffledLine(i, 0) = b[i];
    }
    // ranks in b: of 1 from 0 = 3; of 0 and 2 from 1 = 3 and 2, half each; of 1 from 2 = 3; of 2 from 10 = 1
    const double expected = 2.0 / 4.0 * (3.0 + 2.5 + 3.0 + 1.0) / 4.0;
    EXPECT_NEAR(compare_rows({line, shuffledLine}, "information_imbalance", 1).value(0, 1), expected, 1e-12);
}

TEST(ClosedForm, UnrelatedLayersAreAtTheNull) {
    const Comparison found =
        compare_rows({normal_rows(2000, 5, 1), normal_rows(2000, 5, 2)}, "information_imbalance", 30);
    EXPECT_NEAR(found.value(0, 1), 1.0, 0.02);
    const Comparison overlap =
        compare_rows({normal_rows(2000, 5, 1), normal_rows(2000, 5, 2)}, "overlap", 30);
    EXPECT_NEAR(overlap.value(0, 1), overlap.null_value(0, 1), 0.004);
    EXPECT_NEAR(overlap.null_value(0, 1), 30.0 / 1999.0, 1e-12);
    const Comparison cka =
        compare_rows({normal_rows(2000, 5, 1), normal_rows(2000, 5, 2)}, "cka_unbiased", {});
    EXPECT_NEAR(cka.value(0, 1), 0.0, 0.005);
}

TEST(ClosedForm, AConstantLayerTellsNothingInBothDirections) {
    const Comparison found =
        compare_rows({normal_rows(100, 5, 1), Matrix<float>(100, 5, 2.5F)}, "information_imbalance", 4);
    EXPECT_NEAR(found.value(0, 1), 1.0, 1e-12);
    EXPECT_NEAR(found.value(1, 0), 1.0, 1e-12);
    EXPECT_TRUE(std::ranges::any_of(
        found.warnings, [](const Warning& w) { return w.code == "constant_layer" && w.layer == "m/l1"; }));
}

TEST(ClosedForm, KernelsOfAConstantLayerHaveNoVarianceToDivideBy) {
    for (const char* name : {"cka_unbiased", "cka", "cka_rbf", "cka_rbf_unbiased", "rsa_pearson",
                             "rsa_spearman", "distance_correlation", "distance_correlation_unbiased"}) {
        const Comparison found =
            compare_rows({normal_rows(100, 5, 1), Matrix<float>(100, 5, 0.3F)}, name, {});
        EXPECT_NEAR(found.value(0, 0), 1.0, 1e-6) << name;
        for (const auto& [a, b] : {std::pair{0U, 1U}, std::pair{1U, 0U}, std::pair{1U, 1U}}) {
            EXPECT_TRUE(std::isnan(found.value(a, b))) << name;
            EXPECT_TRUE(std::isnan(found.standard_error(a, b))) << name;
            EXPECT_TRUE(std::isnan(found.null_value(a, b))) << name;
        }
    }
}

TEST(ClosedForm, OneColumnContainedInTwoIsSeenFromTheTwo) {
    // (x, y) tells x much better than x tells (x, y).
    const Matrix<float> both = normal_rows(600, 2, 1);
    Matrix<float> one(600, 1);
    for (std::size_t i = 0; i < 600; ++i)
        one(i, 0) = both(i, 0);
    const Comparison found = compare_rows({both, one}, "information_imbalance", 5);
    EXPECT_LT(found.value(0, 1), 0.5 * found.value(1, 0));
}

TEST(Invariance, OrderOfImages) {
    std::vector<std::size_t> order(150);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [](std::size_t i) { return (i * 61) % 151; });
    const std::vector<Matrix<float>> plain{normal_rows(150, 8, 1), normal_rows(150, 8, 2)};
    std::vector<Matrix<float>> permuted(2, Matrix<float>(150, 8));
    for (std::size_t l = 0; l < 2; ++l)
        for (std::size_t i = 0; i < 150; ++i)
            std::ranges::copy(plain[l].row(order[i]), permuted[l].row(i).begin());
    Dataset one_order = support::dataset_of(plain);
    Dataset other_order = support::dataset_of(permuted); // each image keeps its id
    one_order.images.ids_are_positions = other_order.images.ids_are_positions = false;
    const std::vector<std::string> ids = other_order.images.ids;
    for (std::size_t i = 0; i < 150; ++i)
        other_order.images.ids[i] = ids[order[i]];
    for (const MeasureInfo& info : catalogue()) // ranks are exact, kernels are float32 sums
        EXPECT_NEAR(compare_data(one_order, std::string(info.name), {}).value(0, 1),
                    compare_data(other_order, std::string(info.name), {}).value(0, 1),
                    info.takes_k ? 1e-9 : 1e-6)
            << info.name;
}

TEST(Invariance, RotationAndScale) {
    const Matrix<float> a = normal_rows(150, 2, 1);
    const Matrix<float> b = normal_rows(150, 6, 2);
    Matrix<float> turned(150, 2);
    for (std::size_t i = 0; i < 150; ++i) { // by a right angle and times four: exact in float32
        turned(i, 0) = -4.0F * a(i, 1);
        turned(i, 1) = 4.0F * a(i, 0);
    }
    for (const std::string& measure : all_measures) {
        const Comparison plain = compare_rows({a, b}, measure, {});
        const Comparison after = compare_rows({turned, b}, measure, {});
        EXPECT_NEAR(plain.value(0, 1), after.value(0, 1), 1e-7) << measure;
        EXPECT_NEAR(plain.value(1, 0), after.value(1, 0), 1e-7) << measure;
    }
}

TEST(Invariance, TheSameBitsForAnyNumberOfThreads) {
    std::vector<Matrix<float>> layers;
    for (std::uint64_t seed = 1; seed <= 5; ++seed)
        layers.push_back(normal_rows(333, 10 + seed, seed));
    for (const std::string& measure : all_measures) {
        const Comparison one = compare_rows(layers, measure, {}, Distance::euclidean, 1);
        for (const std::size_t threads : {2U, 3U, 8U}) {
            const Comparison many = compare_rows(layers, measure, {}, Distance::euclidean, threads);
            EXPECT_EQ(one.value, many.value) << measure << " on " << threads;
            EXPECT_EQ(one.standard_error, many.standard_error) << measure << " on " << threads;
        }
    }
}

TEST(Errors, AreAsLargeAsWhatAnotherDrawOfImagesChanges) {
    // The stored error against the spread of the value over independent draws.
    for (const std::string& measure : all_measures) {
        std::vector<double> values;
        double error = 0.0;
        for (std::uint64_t draw = 0; draw < 24; ++draw) {
            const Matrix<float> a = normal_rows(250, 4, 500 + draw);
            Matrix<float> b = normal_rows(250, 4, 900 + draw);
            for (std::size_t i = 0; i < 250; ++i)
                for (std::size_t j = 0; j < 4; ++j)
                    b(i, j) = a(i, j) + 0.7F * b(i, j);
            const Comparison found = compare_rows({a, b}, measure, {});
            values.push_back(found.value(0, 1));
            error += found.standard_error(0, 1) / 24.0;
        }
        const double mean = std::accumulate(values.begin(), values.end(), 0.0) / 24.0;
        double squared = 0.0;
        for (const double value : values)
            squared += (value - mean) * (value - mean);
        const double spread = std::sqrt(squared / 23.0);
        EXPECT_GT(error, 0.4 * spread) << measure;
        EXPECT_LT(error, 3.0 * spread) << measure;
    }
}

} // namespace
} // namespace stratoscope::measures
