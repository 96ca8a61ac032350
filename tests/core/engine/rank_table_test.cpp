#include "core/engine/distance_histogram.h"
#include "core/engine/rank_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace stratoscope::engine {
namespace {

std::vector<float> normal_distances(std::size_t count, float middle, float spread) {
    std::mt19937_64 random(3);
    std::normal_distribution<float> normal(middle, spread);
    std::vector<float> out(count);
    for (float& d2 : out)
        d2 = std::max(0.1F, normal(random));
    return out;
}

struct Ranked {
    explicit Ranked(const std::vector<float>& all) : histogram(std::span(all).first(all.size() - 1)) {
        histogram.add(all);
        table = histogram.ranks();
        lines = histogram.lines(table);
    }
    DistanceHistogram histogram;
    RankTable table;
    std::optional<RankLines> lines;
};

// Mid-ranks from 0 to 1, less ½, by sorting.
std::vector<double> sorted_ranks(const std::vector<float>& all) {
    std::vector<float> sorted = all;
    std::ranges::sort(sorted);
    std::vector<double> out;
    for (const float d2 : all) {
        const auto [first, last] = std::ranges::equal_range(sorted, d2);
        const auto twice = (first - sorted.begin()) + (last - sorted.begin()) + 1;
        out.push_back(static_cast<double>(twice) / 2.0 / static_cast<double>(all.size()) - 0.5);
    }
    return out;
}

void expect_near_the_sorted(const std::vector<float>& all) {
    const Ranked ranked(all);
    ASSERT_TRUE(ranked.lines.has_value());
    std::vector<float> found(all.size());
    ranked.lines->ranks(all.data(), all.size(), found.data());
    const std::vector<double> expected = sorted_ranks(all);
    double squares = 0.0;
    double with_expected = 0.0;
    double sum = 0.0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const double error = static_cast<double>(found[i]) - expected[i];
        squares += error * error;
        with_expected += error * expected[i];
        sum += error;
    }
    const auto n = static_cast<double>(all.size());
    EXPECT_LT(std::sqrt(squares / n), 1.1 * RankLines::bar);
    // What a correlation sees of the errors is far less than they are.
    EXPECT_LT(std::abs(sum / n), 1e-7);
    EXPECT_LT(std::abs(with_expected / n), 1e-7);
}

TEST(RankLines, AreNearTheSortedRanks) {
    expect_near_the_sorted(normal_distances(400'000, 1500.0F, 120.0F));
}

TEST(RankLines, AreNearTheSortedRanksOfAnyWidth) {
    std::vector<float> wide = normal_distances(400'000, 3.0F, 1.0F);
    for (std::size_t i = 0; i < wide.size(); i += 50) // outliers: far away from all others, and each other
        wide[i] *= 1e8F;
    expect_near_the_sorted(wide);
}

TEST(RankLines, HoldZerosAndWhatNoSampleSaw) {
    std::vector<float> all = normal_distances(200'000, 1500.0F, 120.0F);
    for (std::size_t i = all.size() / 2; i < all.size(); i += 7) // equal images
        all[i] = 0.0F;
    all.back() = 1e30F;
    expect_near_the_sorted(all);
}

class EachLookUp : public testing::TestWithParam<const LineLookUp*> {};

TEST_P(EachLookUp, FollowsTheLineOfTheCell) {
    const std::vector<RankLine> lines{
        {-0.5F, 0.0F}, {-0.25F, 1e-8F}, {0.0F, 0.0F}, {0.25F, 3e-8F}, {0.5F, 0.0F}};
    const auto lowest = std::bit_cast<std::uint32_t>(3.0F); // cells: … 3 … 3.5 … 4 … 5 …
    const unsigned shift = 21;
    std::vector<float> d2{0.0F, 2.9F, 3.0F, 3.1F, 3.5F,  3.6F,
                          4.0F, 4.5F, 4.9F, 5.0F, 1e30F, std::numeric_limits<float>::infinity()};
    for (std::size_t j = 0; j < 40; ++j)
        d2.push_back(2.5F + 0.1F * static_cast<float>(j % 30));
    for (const std::size_t n :
         {std::size_t{0}, std::size_t{1}, std::size_t{16}, std::size_t{19}, d2.size()}) {
        std::vector<float> out(d2.size() + 1, 7.0F);
        GetParam()->ranks(d2.data(), n, lowest, shift, lines, out.data());
        for (std::size_t j = 0; j < out.size(); ++j) {
            if (j >= n) {
                EXPECT_EQ(out[j], 7.0F) << "beyond what was asked";
                continue;
            }
            const std::size_t cell = d2[j] <= 3.0F  ? 0
                                     : d2[j] < 3.5F ? 1
                                     : d2[j] < 4.0F ? 2
                                     : d2[j] < 5.0F ? 3
                                                    : 4;
            constexpr float from[] = {0.0F, 3.0F, 3.5F, 4.0F, 0.0F};
            const double floats = cell == 0 || cell == 4
                                      ? 0.0
                                      : static_cast<double>(std::bit_cast<std::uint32_t>(d2[j]) -
                                                            std::bit_cast<std::uint32_t>(from[cell]));
            EXPECT_NEAR(
                out[j],
                static_cast<double>(lines[cell].rank) + static_cast<double>(lines[cell].slope) * floats, 1e-7)
                << d2[j];
        }
    }
}

INSTANTIATE_TEST_SUITE_P(OfThisMachine, EachLookUp, testing::ValuesIn(line_look_ups()),
                         [](const auto& test) { return std::string(test.param->name); });

TEST(RankLines, GiveWayWhereDistancesTie) {
    std::vector<float> all = normal_distances(200'000, 768.0F, 20.0F);
    for (float& d2 : all)
        d2 = std::round(d2);
    const Ranked ranked(all);
    std::vector<float> found(all.size());
    if (ranked.lines) // then each of the values has a line of its own
        ranked.lines->ranks(all.data(), all.size(), found.data());
    else
        for (std::size_t i = 0; i < all.size(); ++i)
            found[i] = ranked.table.rank[ranked.table.cell(all[i])] - 0.5F;
    const std::vector<double> expected = sorted_ranks(all);
    for (std::size_t i = 0; i < all.size(); ++i)
        ASSERT_NEAR(static_cast<double>(found[i]), expected[i], 1e-6);
}

} // namespace
} // namespace stratoscope::engine
