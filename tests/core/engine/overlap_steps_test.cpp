// The steps of the GPU kernel, taken by the processor.
#include "core/engine/torch/overlap_steps.h"
#include "tests/core/engine/threads_in_turn.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <vector>

namespace stratoscope::engine::overlap {
namespace {

constexpr unsigned layers = 5;
constexpr unsigned length = 12;
constexpr unsigned rows_of_ties = 3; // the first so many places of a layer are one run, and so on

// One row: places of each layer, nearest first, in runs of several lengths; each place has a tenth.
struct Row {
    std::vector<std::vector<std::uint32_t>> place;
    std::vector<std::vector<unsigned>> end;
};

Row made_row() {
    std::mt19937 random(5);
    Row row;
    for (unsigned layer = 0; layer < layers; ++layer) {
        std::vector<std::uint32_t> all(30);
        std::iota(all.begin(), all.end(), 0U);
        std::ranges::shuffle(all, random);
        all.resize(length);
        row.place.push_back(all);
        std::vector<unsigned> end(length);
        const unsigned run = layer % rows_of_ties + 1; // of equal distances
        for (unsigned at = 0; at < length; ++at)
            end[at] = std::min(length, (at / run + 1) * run);
        row.end.push_back(end);
    }
    return row;
}

unsigned tenth_of(std::uint32_t place) {
    return place % 4;
}

// By the definition: 1 before the run at the k-th valid place, an equal share in it.
std::map<std::uint32_t, double> weights_naively(const Row& row, unsigned layer, double k, int left_out) {
    std::map<std::uint32_t, double> out;
    double before = 0.0;
    for (unsigned at = 0; at < length;) {
        std::vector<std::uint32_t> valid;
        const unsigned end = row.end[layer][at];
        for (; at < end; ++at)
            if (static_cast<int>(tenth_of(row.place[layer][at])) != left_out)
                valid.push_back(row.place[layer][at]);
        for (const std::uint32_t place : valid)
            out[place] = std::clamp((k - before) / static_cast<double>(valid.size()), 0.0, 1.0);
        before += static_cast<double>(valid.size());
    }
    return out;
}

TEST(OverlapSteps, SharesAreThoseOfTheDefinition) {
    const Row row = made_row();
    std::vector<double> memory(bytes_of(layers, length) / sizeof(double) + 1);
    const Lists lists = lists_in(memory.data(), layers, length);
    for (unsigned layer = 0; layer < layers; ++layer) {
        std::vector<unsigned> order(length);
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::sort(order, {}, [&](unsigned at) { return row.place[layer][at]; });
        for (unsigned at = 0; at < length; ++at) {
            const unsigned to = layer * length + at;
            lists.end[to] = static_cast<std::uint16_t>(row.end[layer][at]);
            lists.tenth[to] = static_cast<std::uint16_t>(tenth_of(row.place[layer][at]));
            lists.place[to] = row.place[layer][order[at]];
            lists.position[to] = static_cast<std::uint16_t>(order[at]);
        }
    }
    constexpr unsigned tenths = 4;
    for (const double k : {1.0, 4.0, 7.0}) {
        std::map<std::vector<unsigned>, double> found;
        compare_lists(
            lists, k, tenths,
            [&](unsigned choice, unsigned a, unsigned b, double sum) {
                found[{choice, a, b}] = sum;
            },
            3, ThreadsInTurn(3));
        EXPECT_EQ(found.size(), (tenths + 1) * layers * (layers + 1) / 2);
        for (const auto& [where, sum] : found) {
            const int left_out = static_cast<int>(where[0]) - 1;
            const auto in_a = weights_naively(row, where[1], k, left_out);
            const auto in_b = weights_naively(row, where[2], k, left_out);
            double expected = 0.0;
            for (const auto& [place, weight] : in_a)
                if (in_b.contains(place))
                    expected += weight * in_b.at(place);
            EXPECT_NEAR(sum, expected, 1e-12) << where[0] << ": " << where[1] << " x " << where[2];
        }
    }
}

TEST(OverlapSteps, WhereNothingStandsNothingCounts) {
    std::vector<double> memory(bytes_of(2, 3) / sizeof(double) + 1);
    const Lists lists = lists_in(memory.data(), 2, 3);
    for (unsigned at = 0; at < 6; ++at) {
        lists.end[at] = static_cast<std::uint16_t>(at % 3 + 1);
        lists.tenth[at] = at % 3 == 2 ? nothing : std::uint16_t{0};
        lists.place[at] = at % 3 == 2 ? 100 + at : at % 3;
        lists.position[at] = static_cast<std::uint16_t>(at % 3);
    }
    weigh(lists, 0, 3.0, -1);
    weigh(lists, 1, 3.0, -1);
    EXPECT_EQ(shared_by(lists, 0, 1), 2.0);
}

} // namespace
} // namespace stratoscope::engine::overlap
