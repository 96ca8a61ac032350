// The steps of the GPU kernel, taken by the processor.
#include "core/engine/torch/distance_steps.h"
#include "core/engine/torch/nearest_steps.h"
#include "tests/core/engine/threads_in_turn.h"
#include "tests/support/made_up_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>

namespace stratoscope::engine::nearest {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr unsigned threads = gpu::threads_of_block;

struct Found {
    bool all = false;
    std::vector<double> value;
    std::vector<std::int64_t> column;
};

Found looked_at(const std::vector<double>& values, unsigned places, std::int64_t first_column = 0) {
    std::vector<double> gathered(capacity);
    std::vector<std::uint32_t> number(capacity);
    std::uint32_t below = 0;
    std::uint32_t equal = 0;
    Found out{false, std::vector<double>(places, -1.0), std::vector<std::int64_t>(places, -1)};
    const Shared shared{{gathered.data(), number.data()}, &below, &equal};
    const auto load = [&](std::int64_t column) { return values[static_cast<std::size_t>(column)]; };
    const auto settle = [](std::int64_t, double value) { return value; };
    const Places to{out.value.data(), out.column.data(), places};
    const auto size = static_cast<std::int64_t>(values.size());
    const ThreadsInTurn step(threads);
    const auto add = [](std::uint32_t* counter) { return (*counter)++; };
    out.all = places <= few_places ? look_at_row<1>(shared, load, settle, values.data(), size, first_column,
                                                    to, infinity, threads, step, add)
                                   : look_at_row<most_minima>(shared, load, settle, values.data(), size,
                                                              first_column, to, infinity, threads, step, add);
    return out;
}

// Columns in the order of their values, the first of equal ones first.
std::vector<std::int64_t> in_order(const std::vector<double>& values) {
    std::vector<std::int64_t> order(values.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, {},
                             [&](std::int64_t at) { return values[static_cast<std::size_t>(at)]; });
    return order;
}

// Distinct ones: which of equal ones at the end of a list are taken is open.
std::vector<double> squares(std::size_t count, std::uint64_t seed) {
    const Matrix<float> numbers = support::normal_rows(count, 1, seed);
    std::vector<double> out;
    for (const float x : numbers.values())
        out.push_back(static_cast<double>(x) * static_cast<double>(x) +
                      1e-9 * static_cast<double>(out.size()));
    return out;
}

TEST(NearestSteps, FindsTheNearestInOrderAmongFewAndMany) {
    for (const std::size_t count : {5U, 200U, 1024U, 1025U, 20000U})
        for (const unsigned places : {1U, 2U, 46U, few_places, few_places + 1, 300U, most_places}) {
            std::vector<double> values = squares(count, 3);
            values[count / 2] = infinity; // the row itself
            const Found found = looked_at(values, places, 7);
            const std::vector<std::int64_t> order = in_order(values);
            ASSERT_TRUE(found.all);
            for (std::size_t i = 0; i < places; ++i) {
                const bool there = i + 1 < count;
                ASSERT_EQ(found.column[i], there ? order[i] + 7 : 0)
                    << "place " << i << " of " << places << " among " << count;
                ASSERT_EQ(found.value[i], there ? values[static_cast<std::size_t>(order[i])] : infinity);
            }
        }
}

TEST(NearestSteps, TakesAsManyTiesAsArePlaces) {
    std::vector<double> values(5000, 2.0); // far more than can be gathered
    values[4000] = 1.0;
    values[17] = 0.0;
    const Found found = looked_at(values, 30);
    ASSERT_TRUE(found.all);
    EXPECT_EQ(found.column[0], 17);
    EXPECT_EQ(found.column[1], 4000);
    for (std::size_t i = 2; i < 30; ++i)
        EXPECT_EQ(found.value[i], 2.0);
    EXPECT_EQ(std::set<std::int64_t>(found.column.begin(), found.column.end()).size(), 30U);
}

TEST(NearestSteps, SaysWhenMoreAreNearThanCanBeGathered) {
    // All that is near lies in the columns of one group, so that the other minima bound nothing closely.
    const std::size_t groups = threads;
    std::vector<double> values(2000 * groups, 1e5);
    for (std::size_t i = 0; i < 2000; ++i)
        values[i * groups] = static_cast<double>(i);
    EXPECT_FALSE(looked_at(values, 2).all);
}

TEST(NearestSteps, ASquaredDistanceIsNeverNegative) {
    EXPECT_EQ(gpu::squared_distance(3.0, 9.0, 4.0, false), 7.0);
    EXPECT_EQ(gpu::squared_distance(1.0 + 1e-15, 1.0, 1.0, false), 0.0);
    EXPECT_EQ(gpu::squared_distance(1.0 - 1e-3, 1.0, 1.0, true), 0.0);
}

} // namespace
} // namespace stratoscope::engine::nearest
