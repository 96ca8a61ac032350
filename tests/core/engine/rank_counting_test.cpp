#include "core/engine/rank_counting.h"
#include "core/engine/row_scan.h"
#include "tests/support/made_up_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <ostream>

namespace stratoscope::engine {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// A row of distances, as layers of some kind make them.
struct Row {
    const char* name;
    std::function<float(float normal, std::size_t j)> value;
};
void PrintTo(const Row& row, std::ostream* out) {
    *out << row.name;
}

class Counting : public testing::TestWithParam<std::tuple<Row, std::size_t>> {
  protected:
    Counting() {
        const auto& [row, size] = GetParam();
        const Matrix<float> normal = support::normal_rows(size, 1, 5);
        for (std::size_t j = 0; j < size; ++j)
            values_.push_back(row.value(normal(j, 0), j));
        values_[size / 3] = infinity; // itself
    }

    // About some of the values, as narrow as float32 doubts, wide, and where nothing lies.
    [[nodiscard]] std::vector<CountBounds> bounds(std::size_t count) const {
        std::vector<CountBounds> out;
        for (std::size_t b = 0; b < count; ++b) {
            const float at = values_[b * 7 % values_.size()];
            const float around = std::isfinite(at) ? at : 1.0F;
            const float width = std::abs(b % 5 == 0 ? 0.0F : b % 5 == 1 ? 0.1F * around : 1e-6F * around);
            out.push_back({around - width, around + width});
        }
        out.push_back({-1.0F, -0.5F});
        return out;
    }
    void expect_counts(std::span<const CountBounds> asked, std::span<const Counts> found) const {
        for (std::size_t b = 0; b < asked.size(); ++b) {
            std::uint32_t below = 0;
            std::uint32_t up_to = 0;
            for (const float value : values_) {
                below += value < asked[b].low ? 1 : 0;
                up_to += value <= asked[b].high ? 1 : 0;
            }
            EXPECT_EQ(found[b].below_low, below) << asked[b].low;
            EXPECT_EQ(found[b].up_to_high, up_to) << asked[b].high;
        }
    }

    void find_up_to_largest(std::span<const CountBounds> asked) {
        found_.find(values_, -std::numeric_limits<float>::infinity(),
                    std::ranges::max_element(asked, {}, &CountBounds::high)->high);
    }

    std::vector<float> values_;
    FoundDistances found_;
};

TEST_P(Counting, ByComparing) {
    const std::vector<CountBounds> asked = bounds(9);
    std::vector<Counts> found(asked.size());
    count_by_comparing(values_, asked, found);
    expect_counts(asked, found);
}

TEST_P(Counting, ByCells) {
    CellCounter cells;
    for (const std::size_t count : {1U, 40U, 700U}) { // one counter for all, as a thread has one
        const std::vector<CountBounds> asked = bounds(count);
        std::vector<Counts> found(asked.size());
        find_up_to_largest(asked);
        cells.count(found_.values(), found_.columns(), asked, found);
        expect_counts(asked, found);
        cells.count(values_, {}, asked, found);
        expect_counts(asked, found);
    }
}

TEST_P(Counting, EverythingLiesBetweenInfiniteBounds) {
    constexpr float beyond = std::numeric_limits<float>::infinity();
    const std::vector<CountBounds> asked{{-beyond, beyond}};
    std::vector<Counts> found(1);
    CellCounter cells;
    find_up_to_largest(asked);
    cells.count(found_.values(), found_.columns(), asked, found);
    std::vector<PlacedDistance> between;
    cells.between(0, asked[0], between);
    EXPECT_EQ(between.size(), values_.size());
    EXPECT_EQ(found[0].up_to_high, values_.size());
}

TEST_P(Counting, WhatLiesBetweenBounds) {
    const std::vector<CountBounds> asked = bounds(60);
    std::vector<Counts> found(asked.size());
    CellCounter cells;
    const auto expect_all_between = [&] {
        for (const CountBounds& one : asked) {
            std::vector<PlacedDistance> between;
            cells.between(static_cast<std::size_t>(&one - asked.data()), one, between);
            std::ranges::sort(between, {}, &PlacedDistance::column);
            std::size_t at = 0;
            for (std::size_t j = 0; j < values_.size(); ++j)
                if (values_[j] >= one.low && values_[j] <= one.high) {
                    ASSERT_LT(at, between.size());
                    EXPECT_EQ(between[at].column, j);
                    EXPECT_EQ(between[at].value, values_[j]);
                    ++at;
                }
            EXPECT_EQ(at, between.size());
        }
    };
    find_up_to_largest(asked);
    cells.count(found_.values(), found_.columns(), asked, found);
    expect_all_between();
    cells.count(values_, {}, asked, found); // all of them, where they are
    expect_all_between();
}

TEST(CellCounter, CountsNothingWhereNothingIs) {
    CellCounter cells;
    Counts found{7, 7};
    const CountBounds asked{1.0F, 2.0F};
    cells.count({}, {}, {&asked, 1}, {&found, 1});
    EXPECT_EQ(found.below_low, 0U);
    EXPECT_EQ(found.up_to_high, 0U);
}

const Row rows[] = {
    {"Ordinary", [](float x, std::size_t) { return 10.0F + x; }},
    {"Relative", [](float x, std::size_t) { return 50.0F * x - 20.0F; }},
    {"OneFarAway", [](float x, std::size_t j) { return j == 2 ? 1e30F : std::abs(x); }},
    {"BeyondFloat", [](float x, std::size_t j) { return j % 11 == 0 ? infinity : std::abs(x); }},
    {"AllEqual", [](float, std::size_t) { return 2.5F; }},
    {"AllNothing", [](float, std::size_t) { return 0.0F; }},
    {"Ties", [](float x, std::size_t) { return std::round(std::abs(4.0F * x)); }},
    {"TwoClusters", [](float x, std::size_t j) { return (j % 2 == 0 ? 1.0F : 1000.0F) + 1e-5F * x; }},
    {"Subnormal", [](float x, std::size_t) { return std::abs(x) * 1e-41F; }},
};

INSTANTIATE_TEST_SUITE_P(Rows, Counting,
                         testing::Combine(testing::ValuesIn(rows), testing::Values(3, 64, 1000, 5003)),
                         [](const auto& test) {
                             return std::string(std::get<0>(test.param).name) +
                                    std::to_string(std::get<1>(test.param));
                         });

} // namespace
} // namespace stratoscope::engine
