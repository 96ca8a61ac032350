// Image by image: the parts of the information imbalance, and neighbours with their ranks.
#include "core/measures/pair_images.h"
#include "tests/core/measures/comparing.h"
#include "tests/support/naive_reference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace stratoscope::measures {
namespace {

using support::normal_rows;

TEST(PairImages, DivergencesAreTheReferencesAndTheirMeanIsTheMeasure) {
    const Matrix<float> a = normal_rows(120, 6, 1);
    const Matrix<float> b = normal_rows(120, 6, 2);
    const Dataset dataset = support::dataset_of({a, b});
    ThreadPool pool(2);
    engine::LayerStore layers;
    const PairDivergence found =
        pair_divergence(dataset, {0, 0}, {0, 1}, 5, Distance::euclidean, layers, Task{pool});
    const std::vector<double> expected = support::naive_divergence(a, b, 5, Distance::euclidean);
    ASSERT_EQ(found.forward.size(), 120U);
    for (std::size_t i = 0; i < 120; ++i)
        EXPECT_NEAR(found.forward[i], expected[i], 1e-9) << i;
    const Comparison whole = compare_rows({a, b}, "information_imbalance", 5);
    EXPECT_NEAR(std::accumulate(found.backward.begin(), found.backward.end(), 0.0) / 120.0, whole.value(1, 0),
                1e-9);
}

TEST(PairImages, ReliabilityIsHighWhereImagesReallyDifferAndLowWhereNothingDoes) {
    const Matrix<float> a = normal_rows(400, 4, 1);
    Matrix<float> b = a; // some images go astray, and far
    const Matrix<float> noise = normal_rows(400, 4, 2);
    for (std::size_t i = 0; i < 60; ++i)
        for (std::size_t j = 0; j < 4; ++j)
            b(i, j) += 3.0F * noise(i, j);
    const Dataset dataset = support::dataset_of({a, b, normal_rows(400, 4, 3)});
    ThreadPool pool(2);
    engine::LayerStore layers;
    const Task task{pool};
    const double real =
        pair_divergence(dataset, {0, 0}, {0, 1}, 10, Distance::euclidean, layers, task).forward_reliability;
    const double chance =
        pair_divergence(dataset, {0, 0}, {0, 2}, 10, Distance::euclidean, layers, task).forward_reliability;
    EXPECT_GT(real, 0.3);
    EXPECT_LT(std::abs(chance), 0.25);
    EXPECT_LE(real, 1.0);
}

TEST(PairImages, NeighboursStandInOrderWithTheirRanks) {
    const Matrix<float> a = normal_rows(80, 5, 1);
    const Matrix<float> b = normal_rows(80, 5, 2);
    const Dataset dataset = support::dataset_of({a, b});
    ThreadPool pool(1);
    engine::LayerStore layers;
    const PairNeighbours found =
        pair_neighbours(dataset, {0, 0}, {0, 1}, 7, 6, Distance::euclidean, layers, Task{pool});
    const Matrix<double> ranks_a =
        support::naive_ranks(support::naive_squared_distances(a, Distance::euclidean));
    const Matrix<double> ranks_b =
        support::naive_ranks(support::naive_squared_distances(b, Distance::euclidean));
    ASSERT_EQ(found.in_a.size(), 6U);
    for (std::size_t n = 0; n < 6; ++n) {
        const Neighbour& neighbour = found.in_a[n];
        EXPECT_EQ(ranks_a(7, neighbour.image), static_cast<double>(n + 1));
        EXPECT_EQ(neighbour.rank_in_other, ranks_b(7, neighbour.image));
        EXPECT_EQ(neighbour.shared, ranks_b(7, neighbour.image) <= 6.0);
    }
}

} // namespace
} // namespace stratoscope::measures
