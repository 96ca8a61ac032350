// The steps of the GPU kernel, taken by the processor.
#include "core/engine/torch/interval_counts_steps.h"
#include "tests/core/engine/threads_in_turn.h"
#include "tests/support/made_up_data.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>

namespace stratoscope::engine::interval_counts {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Counts {
    std::vector<std::int32_t> below;
    std::vector<std::int32_t> inside;
    bool operator==(const Counts&) const = default;
};

Counts counted(const std::vector<double>& values, const std::vector<double>& low,
               const std::vector<double>& high, unsigned threads) {
    const unsigned padded = gpu::padded_size(static_cast<unsigned>(low.size()));
    std::vector<double> memory(bytes_of(padded, threads) / sizeof(double) + 1);
    const Shared shared = shared_in(memory.data(), padded);
    count_row(
        shared, values.data(), static_cast<std::int64_t>(values.size()), static_cast<unsigned>(low.size()),
        [&](unsigned j) {
            return Interval{low[j], high[j]};
        },
        infinity, threads, ThreadsInTurn(threads), [](std::uint32_t* counter) { ++*counter; });
    Counts out{std::vector<std::int32_t>(low.size(), -1), std::vector<std::int32_t>(low.size(), -1)};
    for (unsigned j = 0; j < padded; ++j)
        if (const std::uint32_t number = shared.low.number[j]; number < low.size()) {
            out.below[number] = static_cast<std::int32_t>(shared.count[j]);
            out.inside[number] = static_cast<std::int32_t>(shared.inside[j]);
        }
    return out;
}

Counts counted_naively(const std::vector<double>& values, const std::vector<double>& low,
                       const std::vector<double>& high) {
    Counts out;
    for (std::size_t j = 0; j < low.size(); ++j) {
        std::int32_t below = 0;
        std::int32_t inside = 0;
        for (const double value : values) {
            below += value < low[j] ? 1 : 0;
            inside += value >= low[j] && value < high[j] ? 1 : 0;
        }
        out.below.push_back(below);
        out.inside.push_back(inside);
    }
    return out;
}

std::vector<double> normal_numbers(std::size_t count, std::uint64_t seed) {
    const Matrix<float> rows = support::normal_rows(count, 1, seed);
    return {rows.values().begin(), rows.values().end()};
}

TEST(IntervalCounts, AgreeWithComparingAllForAnyNumberOfIntervals) {
    std::vector<double> values = normal_numbers(700, 1);
    values[33] = infinity; // the row itself
    for (const std::size_t intervals : {1U, 2U, 3U, 64U, 65U, 500U, 1024U})
        for (const double width : {1e-9, 0.01, 3.0}) // the last so wide that many overlap
            for (const unsigned threads : {1U, 32U, gpu::threads_of_block}) {
                const std::vector<double> low = normal_numbers(intervals, 2);
                std::vector<double> high = low;
                for (double& end : high)
                    end += width;
                EXPECT_EQ(counted(values, low, high, threads), counted_naively(values, low, high))
                    << intervals << " intervals of " << width << ", " << threads << " threads";
            }
}

TEST(IntervalCounts, TellBelowFromEqual) {
    const auto after = [](double x) { return std::nextafter(x, infinity); };
    const std::vector<double> values{0, 0, 1, 1, 1, 2, infinity};
    // An interval of one number holds what equals it; two of them are the same.
    const std::vector<double> low{1, 0, 2, 1, 5, -1};
    const std::vector<double> high{after(1), after(0), after(2), after(1), after(5), after(-1)};
    const Counts expected{{2, 0, 5, 2, 6, 0}, {3, 2, 1, 3, 0, 0}};
    EXPECT_EQ(counted(values, low, high, 32), expected);
}

} // namespace
} // namespace stratoscope::engine::interval_counts
