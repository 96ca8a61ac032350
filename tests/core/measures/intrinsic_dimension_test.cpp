// Intrinsic dimension: data of known dimension, the naive way, and what must not change it.
#include "core/base/error.h"
#include "core/base/thread_pool.h"
#include "core/engine/layer_store.h"
#include "core/measures/intrinsic_dimension.h"
#include "tests/support/made_up_data.h"
#include "tests/support/naive_reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace stratoscope::measures {
namespace {

LayerDimensions dimensions_of(std::vector<Matrix<float>> layers, std::size_t threads = 2) {
    ThreadPool pool(threads);
    engine::LayerStore store;
    return intrinsic_dimensions(support::dataset_of(std::move(layers)), {}, Distance::euclidean, store,
                                Task{pool, {}, {}});
}

// A flat patch of some dimension, uniform, turned into more columns.
Matrix<float> patch(std::size_t images, std::size_t dimension, std::size_t columns) {
    const Matrix<float> inside = support::normal_rows(images, dimension, 5);
    const Matrix<float> turn = support::normal_rows(dimension, columns, 6);
    Matrix<float> out(images, columns);
    for (std::size_t i = 0; i < images; ++i)
        for (std::size_t d = 0; d < dimension; ++d) {
            const float uniform = 0.5F * std::erfc(-inside(i, d) / std::sqrt(2.0F));
            for (std::size_t c = 0; c < columns; ++c)
                out(i, c) += uniform * turn(d, c);
        }
    return out;
}

TEST(IntrinsicDimension, OfFlatPatches) {
    for (const std::size_t dimension : {1U, 2U, 5U}) {
        const LayerDimension found = dimensions_of({patch(2000, dimension, 20)}).layers.front();
        const auto expected = static_cast<double>(dimension);
        EXPECT_NEAR(found.two_nn, expected, 0.08 * expected) << dimension;
        ASSERT_GE(found.gride.size(), 5U);
        EXPECT_EQ(found.gride.front().neighbour, 2U);
        EXPECT_NEAR(found.gride.front().value, expected, 0.08 * expected) << dimension;
        EXPECT_GT(found.two_nn_error, 0.0);
        EXPECT_LT(found.two_nn_error, 0.1 * expected);
        EXPECT_LT(found.gride[2].standard_error, found.gride[0].standard_error);
    }
}

TEST(IntrinsicDimension, AgreesWithTheNaiveWay) {
    const Matrix<float> rows = support::normal_rows(300, 6, 3);
    const Matrix<double> d2 = support::naive_squared_distances(rows, Distance::euclidean);
    std::vector<std::vector<double>> sorted;
    for (std::size_t i = 0; i < 300; ++i) {
        std::vector<double> row;
        for (std::size_t j = 0; j < 300; ++j)
            if (j != i)
                row.push_back(std::sqrt(d2(i, j)));
        std::ranges::sort(row);
        sorted.push_back(row);
    }
    const LayerDimension found = dimensions_of({rows}).layers.front();
    std::vector<double> logs;
    logs.reserve(sorted.size());
    for (const auto& row : sorted)
        logs.push_back(std::log(row[1] / row[0]));
    std::ranges::sort(logs);
    double xy = 0.0;
    double xx = 0.0;
    for (std::size_t i = 0; i < 270; ++i) {
        xy += logs[i] * -std::log(1.0 - static_cast<double>(i + 1) / 300.0);
        xx += logs[i] * logs[i];
    }
    EXPECT_NEAR(found.two_nn, xy / xx, 1e-6 * found.two_nn);
    // Gride: the likelihood itself, on a grid around what was found.
    for (const DimensionAtScale& scale : found.gride) {
        const std::size_t n2 = scale.neighbour;
        const std::size_t n1 = n2 / 2;
        const auto likelihood = [&](double d) {
            double sum = 0.0;
            for (const auto& row : sorted) {
                const double mu = row[n2 - 1] / row[n1 - 1];
                sum += std::log(d) + static_cast<double>(n2 - n1 - 1) * std::log(std::pow(mu, d) - 1.0) -
                       (static_cast<double>(n2 - 1) * d + 1.0) * std::log(mu);
            }
            return sum;
        };
        const double best = likelihood(scale.value);
        EXPECT_GT(best, likelihood(0.999 * scale.value)) << n2;
        EXPECT_GT(best, likelihood(1.001 * scale.value)) << n2;
        // Two standard errors away the logarithm has fallen by about 2.
        EXPECT_NEAR(best - likelihood(scale.value + 2.0 * scale.standard_error), 2.0, 0.5) << n2;
    }
}

TEST(IntrinsicDimension, EqualImagesAreLeftOutAndCounted) {
    Matrix<float> rows = patch(1000, 2, 8);
    for (std::size_t i = 0; i < 10; ++i)
        std::ranges::copy(rows.row(100 + i), rows.row(i).begin());
    const LayerDimension found = dimensions_of({rows}).layers.front();
    EXPECT_EQ(found.left_out, 20U);
    EXPECT_NEAR(found.two_nn, 2.0, 0.25);
}

TEST(IntrinsicDimension, ScaleAndThreadsChangeNothing) {
    const Matrix<float> rows = patch(600, 3, 8);
    Matrix<float> larger = rows;
    for (std::size_t i = 0; i < larger.rows(); ++i)
        for (float& x : larger.row(i))
            x *= 64.0F;
    const double one = dimensions_of({rows}, 1).layers.front().two_nn;
    EXPECT_EQ(one, dimensions_of({rows}, 3).layers.front().two_nn);
    EXPECT_NEAR(one, dimensions_of({larger}).layers.front().two_nn, 1e-9);
}

TEST(IntrinsicDimension, BadInput) {
    EXPECT_THROW((void)dimensions_of({support::normal_rows(3, 4, 1)}), Error);
    const LayerDimensions constant = dimensions_of({Matrix<float>(50, 4, 1.0F)});
    EXPECT_TRUE(std::isnan(constant.layers.front().two_nn));
    ASSERT_EQ(constant.warnings.size(), 1U);
    EXPECT_EQ(constant.warnings.front().code, "constant_layer");
    const LayerDimensions bad =
        dimensions_of({Matrix<float>(50, 4, std::numeric_limits<float>::quiet_NaN()), patch(50, 2, 4)});
    EXPECT_TRUE(std::isnan(bad.layers[0].two_nn));
    EXPECT_FALSE(std::isnan(bad.layers[1].two_nn));
    EXPECT_EQ(bad.warnings.front().code, "unusable_layer");
    Matrix<float> twins = support::normal_rows(50, 4, 1);
    for (std::size_t i = 0; i < 25; ++i)
        std::ranges::copy(twins.row(i), twins.row(25 + i).begin());
    const LayerDimensions none = dimensions_of({twins});
    EXPECT_TRUE(std::isnan(none.layers.front().two_nn));
    ASSERT_EQ(none.warnings.size(), 1U);
    EXPECT_EQ(none.warnings.front().code, "no_dimension");
    EXPECT_NE(none.warnings.front().message.find("50 of 50 images"), std::string::npos);
    Matrix<float> corners(16, 16); // all equally far apart
    for (std::size_t i = 0; i < 16; ++i)
        corners(i, i) = 1.0F;
    EXPECT_EQ(dimensions_of({corners}).warnings.front().message.find("the two nearest"), 0U);
}

} // namespace
} // namespace stratoscope::measures
