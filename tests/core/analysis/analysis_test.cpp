// What follows from a comparison, on matrices small enough to know the answer.
#include "core/analysis/image_ranking.h"
#include "core/analysis/model_block.h"
#include "core/analysis/model_pair.h"
#include "core/analysis/retention.h"
#include "core/analysis/smoothness.h"
#include "core/analysis/telling_cell.h"

#include <gtest/gtest.h>

#include <cmath>

namespace stratoscope::analysis {
namespace {

// Models "a" and "b" of three steps each; values from a function of (row, column).
template <class Value>
Comparison two_models(Value value) {
    Comparison comparison;
    for (const char* model : {"a", "b"})
        for (std::size_t i = 0; i < 3; ++i) {
            ComparedLayer layer;
            layer.model = layer.model_title = model;
            layer.layer = "s" + std::to_string(i);
            layer.index = i;
            layer.depth = static_cast<double>(i) / 2.0;
            comparison.rows.push_back(layer);
        }
    comparison.columns = comparison.rows;
    for (Matrix<double>* matrix :
         {&comparison.value, &comparison.floor, &comparison.null_value, &comparison.standard_error})
        *matrix = Matrix<double>(6, 6);
    for (std::size_t r = 0; r < 6; ++r)
        for (std::size_t c = 0; c < 6; ++c) {
            comparison.value(r, c) = value(r, c);
            comparison.null_value(r, c) = 1.0;
        }
    return comparison;
}

TEST(ModelRanges, StandTogetherInOrder) {
    const auto ranges = model_ranges(two_models([](auto, auto) { return 0.5; }).rows);
    ASSERT_EQ(ranges.size(), 2U);
    EXPECT_EQ(ranges[1].model, "b");
    EXPECT_EQ(ranges[1].first, 3U);
    EXPECT_EQ(ranges[1].end(), 6U);
}

TEST(Smoothness, TakesBothDirectionsOfNeighbouringSteps) {
    const Comparison comparison = two_models([](std::size_t r, std::size_t c) {
        return 0.1 * static_cast<double>(r) + 0.01 * static_cast<double>(c);
    });
    const auto curves = smoothness(comparison);
    ASSERT_EQ(curves.size(), 2U);
    ASSERT_EQ(curves[0].steps.size(), 2U);
    EXPECT_DOUBLE_EQ(curves[0].steps[0].forward, 0.01);
    EXPECT_DOUBLE_EQ(curves[0].steps[0].backward, 0.1);
    EXPECT_DOUBLE_EQ(curves[0].steps[1].forward, 0.12);
    EXPECT_DOUBLE_EQ(curves[0].steps[1].backward, 0.21);
    EXPECT_EQ(curves[0].largest, 1U);
    EXPECT_NEAR(curves[0].path_length, 0.055 + 0.165, 1e-12);
    EXPECT_NEAR(curves[0].straightness, 0.5 * (0.02 + 0.2) / 0.22, 1e-12);
    EXPECT_DOUBLE_EQ(curves[0].steps[0].depth, 0.25);
}

TEST(SamePosition, OfABlockWhoseDiagonalIsAlike) {
    const Comparison comparison =
        two_models([](std::size_t r, std::size_t c) { return r % 3 == c % 3 ? 0.1 : 0.6; });
    const SamePosition found = same_position(comparison, "a", "b");
    EXPECT_DOUBLE_EQ(found.diagonal_mean, 0.1);
    EXPECT_DOUBLE_EQ(found.rest_mean, 0.6);
    EXPECT_DOUBLE_EQ(found.diagonality, 1.0);
}

TEST(SamePosition, IsByLotWhereAllIsEqual) {
    EXPECT_DOUBLE_EQ(same_position(two_models([](auto, auto) { return 0.4; }), "a", "b").diagonality, 0.5);
}

TEST(BestMatchPath, FollowsTheDiagonalAndItsDetours) {
    const auto straight = best_match_path(
        two_models([](std::size_t r, std::size_t c) { return r % 3 == c % 3 ? 0.1 : 0.6; }), "a", "b");
    ASSERT_EQ(straight.cells.size(), 3U);
    EXPECT_EQ(straight.cells[1], (std::pair<std::size_t, std::size_t>{1, 4}));
    EXPECT_NEAR(straight.mean, 0.1, 1e-12);
    EXPECT_NEAR(straight.depth_difference, 0.0, 1e-12);
    // Along the upper right edge alone values are small, in both directions.
    const auto bent = best_match_path(two_models([](std::size_t r, std::size_t c) {
                                          const std::size_t i = std::min(r, c);
                                          const std::size_t j = std::max(r, c) - 3;
                                          return i == 0 || j == 2 ? 0.01 : 0.9;
                                      }),
                                      "a", "b");
    EXPECT_NEAR(bent.mean, 0.01, 1e-12);
    EXPECT_GT(bent.depth_difference, 0.2);
}

TEST(Retention, IsOneCurveAModelAgainstTheStatistics) {
    Comparison comparison = two_models([](std::size_t r, std::size_t c) {
        return 0.1 * static_cast<double>(r + 1) + 0.02 * static_cast<double>(c);
    });
    comparison.rows[5].model = comparison.columns[5].model = "image_statistics";
    comparison.rows[5].layer = comparison.columns[5].layer = "all";
    comparison.rows[5].family = comparison.columns[5].family = "statistics";
    const auto curves = retention(comparison);
    ASSERT_EQ(curves.size(), 2U);
    ASSERT_EQ(curves[0].points.size(), 3U);
    EXPECT_DOUBLE_EQ(curves[0].points[1].to_statistics, comparison.value(1, 5));
    EXPECT_DOUBLE_EQ(curves[0].points[1].from_statistics, comparison.value(5, 1));
    EXPECT_TRUE(retention(comparison, "colour").empty());
}

TEST(Ranking, PutsTheMostDivergentFirstAndKeepsTheOrderOfEquals) {
    const std::vector<double> divergence{0.2, 0.9, 0.2, 0.5};
    EXPECT_EQ(rank_images(divergence).order, (std::vector<std::size_t>{1, 3, 0, 2}));
}

TEST(Ranking, TakesOffWhatAnImageDoesEverywhere) {
    // Image 1 stands out in every cell, image 3 in this one.
    ImageMeans means{Matrix<float>(4, 2, 0.3F), Matrix<float>(4, 2, 0.3F), std::vector<float>(4, 0.3F)};
    means.from(1, 0) = means.to(1, 1) = means.overall[1] = 0.9F;
    const std::vector<double> divergence{0.2, 0.9, 0.2, 0.5};
    EXPECT_EQ(rank_images_for_pair(divergence, means, 0, 1).order.front(), 3U);
}

TEST(TellingCell, LooksForTheLargestDifferenceOfDirectionsBetweenModels) {
    Comparison comparison = two_models([](std::size_t r, std::size_t c) {
        return (r < 3) == (c < 3) ? (r < c ? 0.9 : 0.0) : 0.3; // larger within a model: not asked for
    });
    comparison.definition.direction = Direction::directed;
    comparison.value(1, 5) = 0.8;
    comparison.value(5, 1) = 0.7;
    comparison.value(4, 2) = 0.5;
    auto cell = most_telling_cell(comparison);
    ASSERT_TRUE(cell);
    EXPECT_EQ(cell->row, 4U);
    EXPECT_EQ(cell->column, 2U);
    for (std::size_t i = 3; i < 6; ++i)
        comparison.rows[i].family = comparison.columns[i].family = statistics_family;
    EXPECT_FALSE(most_telling_cell(comparison));
}

TEST(TellingCell, OfAMeasureWithoutDirectionsIsTheMostUnlike) {
    Comparison comparison = two_models([](auto, auto) { return 0.7; });
    comparison.definition.direction = Direction::symmetric;
    comparison.definition.sense = Sense::similarity;
    comparison.value(2, 3) = 0.1;
    const auto cell = most_telling_cell(comparison);
    ASSERT_TRUE(cell);
    EXPECT_EQ(cell->row, 2U);
    EXPECT_EQ(cell->column, 3U);
}

} // namespace
} // namespace stratoscope::analysis
