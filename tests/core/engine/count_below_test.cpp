// The steps of the GPU kernel, taken by the processor.
#include "core/engine/torch/count_below_steps.h"
#include "tests/core/engine/threads_in_turn.h"
#include "tests/support/made_up_data.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace stratoscope::engine::count_below {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<std::int32_t> counted(const std::vector<double>& values, const std::vector<double>& bounds,
                                  unsigned threads) {
    const unsigned padded = gpu::padded_size(static_cast<unsigned>(bounds.size()));
    std::vector<double> sorted(padded);
    std::vector<std::uint32_t> owner(padded);
    std::vector<std::uint32_t> count(padded);
    std::vector<std::uint32_t> part(2 * threads);
    std::vector<std::int32_t> out(bounds.size(), -1);
    count_row({{sorted.data(), owner.data()}, count.data(), part.data(), padded}, values.data(),
              static_cast<std::int64_t>(values.size()), bounds.data(), static_cast<unsigned>(bounds.size()),
              out.data(), infinity, threads, ThreadsInTurn(threads),
              [](std::uint32_t* counter) { ++*counter; });
    return out;
}

std::vector<std::int32_t> counted_naively(const std::vector<double>& values,
                                          const std::vector<double>& bounds) {
    std::vector<std::int32_t> out;
    for (const double bound : bounds) {
        std::int32_t below = 0;
        for (const double value : values)
            below += value < bound ? 1 : 0;
        out.push_back(below);
    }
    return out;
}

std::vector<double> normal_numbers(std::size_t count, std::uint64_t seed) {
    const Matrix<float> rows = support::normal_rows(count, 1, seed);
    return {rows.values().begin(), rows.values().end()};
}

TEST(CountBelow, AgreesWithComparingAllForAnyNumberOfBounds) {
    std::vector<double> values = normal_numbers(700, 1);
    values[33] = infinity; // the row itself
    for (const std::size_t bounds : {1U, 2U, 3U, 64U, 65U, 500U, 2048U})
        for (const unsigned threads : {1U, 32U, gpu::threads_of_block}) {
            const std::vector<double> asked = normal_numbers(bounds, 2);
            EXPECT_EQ(counted(values, asked, threads), counted_naively(values, asked))
                << bounds << " bounds, " << threads << " threads";
        }
}

TEST(CountBelow, TellsBelowFromEqual) {
    const std::vector<double> values{0, 0, 1, 1, 1, 2, infinity};
    const std::vector<double> bounds{1, std::nextafter(1.0, infinity), 0, 2, 1, 5, -1};
    EXPECT_EQ(counted(values, bounds, 32), (std::vector<std::int32_t>{2, 5, 0, 5, 2, 6, 0}));
}

} // namespace
} // namespace stratoscope::engine::count_below
