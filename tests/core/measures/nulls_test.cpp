// Nulls by shuffling the columns' images, and repeated draws of a subset.
#include "core/base/error.h"
#include "core/engine/pass.h"
#include "core/measures/repeated_subsets.h"
#include "core/measures/shuffled_null.h"
#include "tests/core/measures/comparing.h"

#include <gtest/gtest.h>

#include <cmath>

namespace stratoscope::measures {
namespace {

using support::normal_rows;

Dataset related(std::size_t images) {
    std::vector<Matrix<float>> layers{normal_rows(images, 8, 1), normal_rows(images, 8, 1),
                                      normal_rows(images, 8, 1)};
    for (std::size_t l = 1; l < 3; ++l) {
        const Matrix<float> noise = normal_rows(images, 8, 10 + l);
        for (std::size_t i = 0; i < noise.values().size(); ++i)
            layers[l].data()[i] += 0.5F * static_cast<float>(l) * noise.values()[i];
    }
    return support::dataset_of(std::move(layers));
}

std::vector<Comparison> with_null(const Dataset& data, const CompareRequest& request, std::size_t shuffles,
                                  std::size_t threads = 2) {
    ThreadPool pool(threads);
    engine::LayerStore store;
    std::vector<Comparison> out = compare(data, request, store, Task{pool});
    add_shuffled_null(data, request, shuffles, out, Task{pool});
    return out;
}

TEST(ShuffledNull, IsWhatTheFormulaSaysWhereThereIsOne) {
    const Dataset data = related(120);
    CompareRequest request;
    request.measures = {{"information_imbalance", 5}, {"overlap", 5}, {"cka", {}}, {"cka_unbiased", {}}};
    constexpr std::size_t shuffles = 60;
    for (const Comparison& one : with_null(data, request, shuffles)) {
        EXPECT_EQ(one.definition.shuffles, shuffles);
        for (std::size_t i = 0; i < 9; ++i) {
            const double error = one.shuffled_deviation.values()[i] / std::sqrt(double{shuffles});
            EXPECT_GT(error, 0.0);
            // The diagonal too: a layer shuffled against itself is unrelated.
            EXPECT_NEAR(one.shuffled_null.values()[i], one.null_value.values()[i], 5.0 * error)
                << one.definition.measure << ", cell " << i;
        }
        EXPECT_GT(std::abs(one.value(0, 1) - one.shuffled_null(0, 1)), 10.0 * one.shuffled_deviation(0, 1))
            << one.definition.measure << ": these layers are related";
    }
    const Comparison unbiased = with_null(data, request, shuffles).back();
    EXPECT_NEAR(unbiased.shuffled_deviation(0, 1), std::sqrt(2.0 / (120.0 * 117.0)),
                0.5 * std::sqrt(2.0 / (120.0 * 117.0)));
}

TEST(ShuffledNull, OneShuffleIsOneComparisonWithShuffledRows) {
    const Dataset data = related(60);
    CompareRequest request;
    request.measures = {{"information_imbalance", 3}, {"procrustes", {}}};
    request.rows = {{0, 0}};
    request.columns = {{0, 2}};
    const std::vector<Comparison> found = with_null(data, request, 1);
    EXPECT_TRUE(found[0].shuffled_deviation.empty());
    // By hand: the columns' rows in the order that the first shuffle has.
    const std::vector<std::uint32_t> order = engine::shuffled(60, 0x9e3779b97f4a7c15ULL);
    Matrix<float> to(60, 8);
    Matrix<float> read(60, 8);
    data.models[0].layers[2].rows->read(0, read.view());
    for (std::size_t i = 0; i < 60; ++i)
        std::ranges::copy(read.row(order[i]), to.row(i).begin());
    Matrix<float> from(60, 8);
    data.models[0].layers[0].rows->read(0, from.view());
    EXPECT_EQ(found[0].shuffled_null(0, 0), compare_rows({from, to}, "information_imbalance", 3).value(0, 1));
    EXPECT_NEAR(found[1].shuffled_null(0, 0), compare_rows({from, to}, "procrustes", {}).value(0, 1), 1e-9);
}

TEST(ShuffledNull, FollowsFromTheSeedAlone) {
    const Dataset data = related(80);
    CompareRequest request;
    request.measures = {{"information_imbalance", 3}, {"svcca", {}}};
    request.subset = 60;
    const std::vector<Comparison> one = with_null(data, request, 3, 1);
    const std::vector<Comparison> two = with_null(data, request, 3, 3);
    request.seed = 1;
    const std::vector<Comparison> other = with_null(data, request, 3, 1);
    for (std::size_t m = 0; m < 2; ++m) {
        EXPECT_EQ(one[m].shuffled_null, two[m].shuffled_null);
        EXPECT_NE(one[m].shuffled_null, other[m].shuffled_null);
    }
}

TEST(ShuffledNull, IsRefusedForManyImages) {
    const Dataset data = related(2001);
    CompareRequest request;
    request.measures = {{"cka", {}}};
    EXPECT_THROW(check_shuffles(data, request), Error);
    request.subset = 2000;
    EXPECT_NO_THROW(check_shuffles(data, request));
}

TEST(RepeatedSubsets, AreTheMeanAndDeviationOfSingleDraws) {
    const Dataset data = related(150);
    CompareRequest request;
    request.measures = {{"information_imbalance", 3}, {"cka", {}}};
    request.subset = 70;
    request.seed = 5;
    ThreadPool pool(2);
    const std::vector<Comparison> found = compare_repeatedly(data, request, 4, Task{pool});
    std::vector<std::vector<Comparison>> single;
    for (std::size_t repeat = 0; repeat < 4; ++repeat, ++request.seed) {
        engine::LayerStore store;
        single.push_back(compare(data, request, store, Task{pool}));
    }
    for (std::size_t m = 0; m < 2; ++m) {
        EXPECT_EQ(found[m].definition.repeats, 4U);
        EXPECT_EQ(found[m].definition.images, 70U);
        for (std::size_t i = 0; i < 9; ++i) {
            double mean = 0.0;
            for (const auto& one : single)
                mean += one[m].value.values()[i] / 4.0;
            double squares = 0.0;
            for (const auto& one : single)
                squares += std::pow(one[m].value.values()[i] - mean, 2);
            EXPECT_NEAR(found[m].value.values()[i], mean, 1e-12);
            EXPECT_NEAR(found[m].standard_error.values()[i], std::sqrt(squares / 3.0), 1e-12);
        }
    }
    request.subset.reset();
    EXPECT_THROW((void)compare_repeatedly(data, request, 4, Task{pool}), Error);
}

} // namespace
} // namespace stratoscope::measures
