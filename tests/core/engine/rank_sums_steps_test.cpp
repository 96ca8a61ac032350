// The steps of the GPU kernel, taken by the processor.
#include "core/engine/torch/rank_sums_kernel.h"
#include "core/engine/torch/rank_sums_steps.h"
#include "tests/core/engine/threads_in_turn.h"
#include "tests/support/made_up_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace stratoscope::engine::rank_sums {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr unsigned threads = 32;
constexpr unsigned lists_count = 3;
constexpr unsigned length = 4; // places that may count, of …
constexpr std::int64_t stride = 6;
constexpr std::size_t columns = 200;

struct Ranked {
    bool unsure = false;
    std::vector<double> twice; // by slot
    std::vector<double> sums;  // by list
};

// Lists of some columns; the last place of the last list is not there.
struct Asked {
    std::vector<std::int64_t> place = std::vector<std::int64_t>(lists_count * stride);
    std::vector<double> there = std::vector<double>(lists_count * stride, 1.0);
    std::vector<double> weight = std::vector<double>(lists_count * stride);

    Asked() {
        for (std::size_t at = 0; at < place.size(); ++at) {
            place[at] = static_cast<std::int64_t>(7 * at % columns);
            weight[at] = 1.0 / static_cast<double>(1 + at);
        }
        there[2 * stride + length - 1] = 0.0;
    }
};

Ranked ranked(const Row& row, const Asked& asked) {
    const Lists lists{asked.place.data(), asked.there.data(), stride, length};
    const unsigned slots = lists_count * length;
    const unsigned padded = gpu::padded_size(slots);
    std::vector<double> memory(interval_counts::bytes_of(padded, threads) / sizeof(double) + 1);
    const interval_counts::Shared shared = interval_counts::shared_in(memory.data(), padded);
    const ThreadsInTurn step(threads);
    interval_counts::count_row(
        shared, row.d2, columns, slots,
        [&](unsigned slot) { return interval_of(row, lists, slot, infinity); }, infinity, threads, step,
        [](std::uint32_t* counter) { ++*counter; });
    Ranked out;
    step([&](unsigned thread) {
        out.unsure = ranks_by_slot(shared, row, lists, slots, thread, threads) || out.unsure;
    });
    out.twice.assign(shared.high, shared.high + slots);
    for (unsigned list = 0; list < lists_count; ++list)
        out.sums.push_back(sum_of(shared, lists, list, asked.weight.data() + list * stride));
    return out;
}

std::vector<double> distances() {
    const Matrix<float> numbers = support::normal_rows(columns, 1, 4);
    std::vector<double> d2;
    for (const float x : numbers.values())
        d2.push_back(10.0 + static_cast<double>(x));
    d2[5] = infinity; // the row itself
    return d2;
}

double twice_rank_naively(const std::vector<double>& d2, double value) {
    const auto below = std::ranges::count_if(d2, [&](double x) { return x < value; });
    const auto upto = std::ranges::count_if(d2, [&](double x) { return x <= value; });
    return static_cast<double>(below + upto + 1);
}

TEST(RankSums, RanksAndTheirSumsAreThoseOfPlainLoops) {
    std::vector<double> d2 = distances();
    d2[14] = d2[21]; // a tie among places, told since products are exact
    const Asked asked;
    const Ranked found = ranked(Row{d2.data(), 3.0, 0.0, nullptr, 0, nullptr}, asked);
    EXPECT_FALSE(found.unsure);
    for (unsigned list = 0; list < lists_count; ++list) {
        double sum = 0.0;
        for (unsigned position = 0; position < length; ++position) {
            const std::size_t at = list * stride + position;
            const double near = asked.there[at] > 0.0 ? d2[static_cast<std::size_t>(asked.place[at])] : 0.0;
            const double expected = twice_rank_naively(d2, near);
            EXPECT_EQ(found.twice[list * length + position], expected);
            sum += asked.weight[at] * expected;
        }
        EXPECT_NEAR(found.sums[list], sum, 1e-12);
    }
}

TEST(RankSums, ATieThatIsNotTwinsIsNotToldWhereProductsAreRounded) {
    std::vector<double> d2 = distances();
    const Asked asked;
    const Row row{d2.data(), 3.0, 1e-12, nullptr, 0, nullptr};
    EXPECT_FALSE(ranked(row, asked).unsure);
    d2[14] = d2[21] + 1e-13; // less apart than rounding may move them
    EXPECT_TRUE(ranked(row, asked).unsure);

    // The same two as twins, one of which is a place: as near as each other by definition.
    d2[14] = d2[21];
    std::vector<std::int32_t> group(columns, 0);
    std::vector<std::int32_t> twins(columns, 1);
    group[14] = group[21] = 15;
    twins[14] = twins[21] = 2;
    const Row with_twins{d2.data(), 3.0, 1e-12, group.data(), 0, twins.data()};
    EXPECT_FALSE(ranked(with_twins, asked).unsure);
    // A third of them that the counts don't know.
    d2[100] = d2[21];
    EXPECT_TRUE(ranked(with_twins, asked).unsure);
}

TEST(RankSums, AreCutIntoPiecesThatABlockOfThreadsCanRank) {
    for (const std::int64_t lists : {1, 13, 52, 300})
        for (const std::int64_t places : {1, 46, 300, 1024}) {
            const Pieces pieces = pieces_of(lists, places);
            EXPECT_GE(pieces.lists * pieces.count, lists) << "all are done";
            EXPECT_LT(pieces.lists * (pieces.count - 1), lists) << "and no piece is empty";
            EXPECT_LE(pieces.lists * places, most_places);
        }
    EXPECT_TRUE(fits(52, 52, 142));
    EXPECT_FALSE(fits(1, 1, 1025)) << "more places than a block can rank";
    EXPECT_TRUE(fits(255, 255, 1000));
    EXPECT_FALSE(fits(300, 300, 1000)) << "more blocks than a grid has";
}

} // namespace
} // namespace stratoscope::engine::rank_sums
