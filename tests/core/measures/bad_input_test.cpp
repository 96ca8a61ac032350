// What can't be compared is refused with words a person can act on.
#include "core/base/error.h"
#include "core/measures/pair_images.h"
#include "tests/core/measures/comparing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace stratoscope::measures {
namespace {

using support::normal_rows;

template <class Call>
std::string message_of(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was thrown";
}

TEST(BadRequest, KAsLargeAsTheNumberOfImages) {
    const std::string text =
        message_of([] { (void)compare_rows({normal_rows(20, 3, 1)}, "information_imbalance", 20); });
    EXPECT_NE(text.find("20"), std::string::npos) << text;
}

TEST(BadRequest, EverywhereTheSameKIsTheLargest) {
    EXPECT_EQ(most_neighbours(20), 18U);
    EXPECT_EQ(most_neighbours(2), 0U);
    EXPECT_EQ(most_neighbours(0), 0U);
    const std::vector<Matrix<float>> rows{normal_rows(20, 3, 1), normal_rows(20, 3, 2)};
    const Dataset dataset = support::dataset_of(rows);
    ThreadPool pool(1);
    engine::LayerStore layers;
    const auto compared = [&](std::size_t k) { (void)compare_rows(rows, "information_imbalance", k); };
    const auto looked_at = [&](std::size_t k) {
        (void)pair_divergence(dataset, {0, 0}, {0, 1}, k, Distance::euclidean, layers, Task{pool});
    };
    const std::size_t most = most_neighbours(20);
    EXPECT_NO_THROW(compared(most));
    EXPECT_NO_THROW(looked_at(most));
    for (const std::string& text :
         {message_of([&] { compared(most + 1); }), message_of([&] { looked_at(most + 1); })})
        EXPECT_NE(text.find("1 ≤ k ≤ 18"), std::string::npos) << text;
}

TEST(BadRequest, AMeasureThatDoesNotExist) {
    EXPECT_NE(
        message_of([] { (void)compare_rows({normal_rows(20, 3, 1)}, "likeness", {}); }).find("likeness"),
        std::string::npos);
}

TEST(BadRequest, FewerThanFourImages) {
    EXPECT_THROW((void)compare_rows({normal_rows(3, 3, 1)}, "information_imbalance", 1), Error);
}

TEST(BadRequest, NoLayers) {
    EXPECT_THROW((void)compare_data(Dataset{}, "information_imbalance", 1), Error);
}

TEST(BadRows, NaNNamesTheLayerAndTheImageAndLeavesTheRest) {
    Matrix<float> bad = normal_rows(40, 3, 2);
    bad(17, 1) = std::numeric_limits<float>::infinity();
    const Comparison found =
        compare_rows({normal_rows(40, 3, 1), bad, normal_rows(40, 3, 3)}, "information_imbalance", 2);
    EXPECT_TRUE(std::isnan(found.value(0, 1)));
    EXPECT_TRUE(std::isnan(found.value(1, 1)));
    EXPECT_FALSE(std::isnan(found.value(0, 2)));
    const auto told =
        std::ranges::find_if(found.warnings, [](const Warning& w) { return w.layer == "m/l1"; });
    ASSERT_NE(told, found.warnings.end());
    EXPECT_NE(told->message.find("17"), std::string::npos) << told->message;
}

TEST(BadRows, OnlyUnusableLayersIsAnError) {
    EXPECT_THROW(
        (void)compare_rows({Matrix<float>(40, 3, std::numeric_limits<float>::quiet_NaN())}, "overlap", 2),
        Error);
}

TEST(BadRows, TwinsAreCounted) {
    Matrix<float> rows = normal_rows(40, 3, 2);
    std::ranges::copy(rows.row(3), rows.row(30).begin());
    const Comparison found = compare_rows({rows, normal_rows(40, 3, 1)}, "information_imbalance", 2);
    EXPECT_TRUE(std::ranges::any_of(
        found.warnings, [](const Warning& w) { return w.code == "duplicate_rows" && w.layer == "m/l0"; }));
}

TEST(Subset, IsDrawnBySeedAndIsThatOfTheFewImages) {
    const Dataset dataset = support::made_up({.images = 200});
    ThreadPool pool(2);
    engine::LayerStore layers;
    CompareRequest request;
    request.measures = {{"information_imbalance", 3}};
    request.subset = 50;
    request.seed = 4;
    const Comparison once = compare(dataset, request, layers, Task{pool}).front();
    EXPECT_EQ(once.definition.images, 50U);
    EXPECT_EQ(once.value, compare(dataset, request, layers, Task{pool}).front().value);
    request.seed = 5;
    EXPECT_NE(once.value, compare(dataset, request, layers, Task{pool}).front().value);
}

} // namespace
} // namespace stratoscope::measures
