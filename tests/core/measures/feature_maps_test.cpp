// Measures of feature maps against their naive twins, and what must not change them.
#include "core/base/error.h"
#include "tests/core/measures/comparing.h"
#include "tests/support/naive_features.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ostream>

namespace stratoscope::measures {
namespace {

using support::normal_rows;

// Correlated columns of different spread, so that 99 % of the variance is fewer directions than columns.
Matrix<float> spread_rows(std::size_t images, std::size_t columns, std::uint64_t seed,
                          const Matrix<float>* like) {
    Matrix<float> rows = normal_rows(images, columns, seed);
    for (std::size_t i = 0; i < images; ++i)
        for (std::size_t c = 0; c < columns; ++c) {
            if (like != nullptr)
                rows(i, c) += 1.3F * (*like)(i, c % like->cols());
            rows(i, c) = rows(i, c) * std::pow(0.6F, static_cast<float>(c)) + 3.0F;
        }
    return rows;
}

struct Shape {
    const char* name;
    std::size_t images;
    std::size_t columns_a;
    std::size_t columns_b;
    friend void PrintTo(const Shape& shape, std::ostream* out) { *out << shape.name; } // names the test
};

class Features : public testing::TestWithParam<Shape> {
  protected:
    Matrix<float> a() const { return spread_rows(GetParam().images, GetParam().columns_a, 1, nullptr); }
    Matrix<float> b() const {
        const Matrix<float> like = a();
        return spread_rows(GetParam().images, GetParam().columns_b, 2, &like);
    }
    // Folds go by the order of ids as text, in which "10" is before "2".
    static Matrix<float> by_sorted_ids(const Matrix<float>& rows) {
        std::vector<std::string> ids;
        for (std::size_t i = 0; i < rows.rows(); ++i)
            ids.push_back(std::to_string(i));
        std::ranges::sort(ids);
        Matrix<float> out(rows.rows(), rows.cols());
        for (std::size_t i = 0; i < ids.size(); ++i)
            std::ranges::copy(rows.row(std::stoul(ids[i])), out.row(i).begin());
        return out;
    }
};

TEST_P(Features, AgreeWithTheirNaiveTwins) {
    const double nuclear = support::naive_nuclear_norm(a(), b());
    EXPECT_NEAR(compare_rows({a(), b()}, "procrustes", {}).value(0, 1), std::acos(nuclear), 1e-6);
    EXPECT_NEAR(compare_rows({a(), b()}, "procrustes_distance", {}).value(1, 0),
                std::sqrt(2.0 - 2.0 * nuclear), 1e-6);
    EXPECT_NEAR(compare_rows({a(), b()}, "svcca", {}).value(0, 1), support::naive_svcca(a(), b()), 1e-6);
    const Comparison pwcca = compare_rows({a(), b()}, "pwcca", {});
    EXPECT_NEAR(pwcca.value(0, 1), support::naive_pwcca(a(), b()), 1e-6);
    EXPECT_NEAR(pwcca.value(1, 0), support::naive_pwcca(b(), a()), 1e-6);
    const Comparison predicted = compare_rows({a(), b()}, "linear_predictivity", {});
    EXPECT_NEAR(predicted.value(0, 1),
                support::naive_linear_predictivity(by_sorted_ids(a()), by_sorted_ids(b())), 1e-6);
    EXPECT_NEAR(predicted.value(1, 0),
                support::naive_linear_predictivity(by_sorted_ids(b()), by_sorted_ids(a())), 1e-6);
    EXPECT_GT(predicted.standard_error(0, 1), 0.0);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Features,
                         testing::Values(Shape{"Square", 120, 9, 9}, Shape{"WideAndNarrow", 120, 17, 4},
                                         Shape{"MoreColumnsThanImages", 40, 60, 7}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(FeatureInvariance, RotationScaleAndOffset) {
    const Matrix<float> a = normal_rows(100, 2, 1);
    Matrix<float> turned(100, 2);
    for (std::size_t i = 0; i < 100; ++i) {
        turned(i, 0) = 8.0F - 4.0F * a(i, 1);
        turned(i, 1) = 4.0F * a(i, 0) - 2.0F;
    }
    EXPECT_NEAR(compare_rows({a, turned}, "procrustes_distance", {}).value(0, 1), 0.0, 2e-6);
    for (const char* similarity : {"svcca", "pwcca"})
        EXPECT_NEAR(compare_rows({a, turned}, similarity, {}).value(0, 1), 1.0, 1e-9) << similarity;
    EXPECT_GT(compare_rows({a, turned}, "linear_predictivity", {}).value(0, 1), 0.999);
}

TEST(FeatureBadInput, TooFewImagesForSvccaIsAWarningAndNoNumber) {
    const Comparison found = compare_rows({normal_rows(10, 4000, 1), normal_rows(10, 2, 2)}, "svcca", {});
    EXPECT_TRUE(std::isnan(found.value(0, 1)));
    EXPECT_TRUE(std::ranges::any_of(
        found.warnings, [](const Warning& w) { return w.code == "too_few_images" && w.layer == "m/l0"; }));
    EXPECT_NEAR(found.value(1, 1), 1.0, 1e-9);
}

// 0.1 in every cell: its mean, summed, is not quite 0.1, and what rounding leaves must not pass for a layer.
TEST(FeatureBadInput, AConstantLayerHasNoValueAndSaysWhy) {
    for (const std::string measure :
         {"procrustes", "procrustes_distance", "svcca", "pwcca", "linear_predictivity"}) {
        const Comparison found =
            compare_rows({normal_rows(100, 5, 1), Matrix<float>(100, 5, 0.1F), Matrix<float>(100, 200, 0.0F)},
                         measure, {});
        const bool predicts = measure == "linear_predictivity";
        EXPECT_FALSE(std::isnan(found.value(0, 0))) << measure;
        EXPECT_FALSE(std::isnan(found.null_value(0, 0))) << measure;
        for (const auto& [a, b] :
             {std::pair{0U, 1U}, std::pair{0U, 2U}, std::pair{1U, 1U}, std::pair{2U, 1U}}) {
            EXPECT_TRUE(std::isnan(found.value(a, b))) << measure << a << b;
            EXPECT_TRUE(std::isnan(found.standard_error(a, b))) << measure << a << b;
            EXPECT_TRUE(std::isnan(found.null_value(a, b))) << measure << a << b;
        }
        if (predicts)
            EXPECT_NEAR(found.value(1, 0), 0.0, 0.05) << "no better than the mean";
        else
            EXPECT_TRUE(std::isnan(found.value(1, 0))) << measure;
        for (const char* layer : {"m/l1", "m/l2"}) {
            EXPECT_EQ(std::ranges::count(found.warnings, layer, &Warning::layer), 1) << measure << layer;
            EXPECT_TRUE(std::ranges::any_of(found.warnings, [&](const Warning& w) {
                return w.code == "constant_layer" && w.layer == layer &&
                       w.message.find(predicts ? "predict" : "not defined") != std::string::npos;
            })) << measure;
        }
    }
}

} // namespace
} // namespace stratoscope::measures
