// The steps of the GPU kernel, taken by the processor.
#include "core/engine/kernel_sums.h"
#include "core/engine/torch/kernel_rows_steps.h"
#include "tests/core/engine/threads_in_turn.h"
#include "tests/support/made_up_data.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

namespace stratoscope::engine::kernel_rows {
namespace {

constexpr unsigned threads = gpu::threads_of_block;

struct Summed {
    std::vector<double> product; // (kernel, pair)
    std::vector<double> sum;     // (kernel, layer)
};

// A value that tells kernel, layer and column apart.
float value_at(unsigned kernel, unsigned layer, std::int64_t column) {
    return std::sin(static_cast<float>(1 + kernel) * static_cast<float>(3 + layer) +
                    0.37F * static_cast<float>(column));
}

Summed summed(unsigned layers, unsigned kernels, std::int64_t columns, std::int64_t itself) {
    const Layout layout = layout_of(layers, kernels);
    const std::size_t pairs = std::size_t{layers} * (layers + 1) / 2;
    Summed out{std::vector<double>(kernels * pairs, -1.0),
               std::vector<double>(std::size_t{kernels} * layers, -1.0)};
    std::vector<Four> values(std::size_t{kernels} * layout.groups * layout.stride);
    for (unsigned first_task = 0; first_task < layout.tasks; first_task += threads) {
        std::vector<Sums> sums(threads);
        std::vector<Task> tasks;
        for (unsigned thread = 0; thread < threads; ++thread) {
            tasks.push_back(task_of(layout, first_task, thread));
            clear(sums[thread]);
        }
        const ThreadsInTurn step(threads);
        for (std::int64_t first = 0; first < columns; first += layout.columns) {
            step([&](unsigned thread) {
                const Cell cell = cell_of(layout, thread);
                const std::int64_t column = first + cell.column;
                const PairOfRows pairs_of_rows[side] = {};
                fill(layout, values.data(), cell, pairs_of_rows, column < columns && column != itself,
                     [&](unsigned kernel, unsigned i, const PairOfRows&) {
                         return value_at(kernel, side * cell.group + i, column);
                     });
            });
            step([&](unsigned thread) { add_products(layout, values.data(), tasks[thread], sums[thread]); });
        }
        const unsigned here = std::min(layout.tasks - first_task, threads);
        step([&](unsigned thread) {
            if (thread < here)
                store(layout, tasks[thread], sums.data() + thread, here,
                      {out.product.data(), out.sum.data(), static_cast<std::int64_t>(pairs), layers});
        });
    }
    return out;
}

TEST(KernelRows, SumsAreThoseOfPlainLoops) {
    constexpr std::int64_t columns = 203;
    constexpr std::int64_t itself = 77;
    const auto sum_over_columns = [](const auto& value) {
        double sum = 0.0;
        for (std::int64_t j = 0; j < columns; ++j)
            sum += j == itself ? 0.0 : value(j);
        return sum;
    };
    for (const unsigned layers : {1U, 3U, 4U, 13U, 52U, 200U})
        for (const unsigned kernels : {1U, 5U}) {
            ASSERT_TRUE(fits(layers, kernels));
            const std::size_t pairs = std::size_t{layers} * (layers + 1) / 2;
            const Summed found = summed(layers, kernels, columns, itself);
            for (unsigned kernel = 0; kernel < kernels; ++kernel)
                for (unsigned a = 0; a < layers; ++a) {
                    const auto in_a = [&](std::int64_t j) { return double{value_at(kernel, a, j)}; };
                    ASSERT_NEAR(found.sum[kernel * layers + a], sum_over_columns(in_a), 1e-4)
                        << layers << " layers";
                    for (unsigned b = a; b < layers; ++b)
                        ASSERT_NEAR(found.product[kernel * pairs + KernelSums::pair(a, b, layers)],
                                    sum_over_columns([&](std::int64_t j) {
                                        return in_a(j) * double{value_at(kernel, b, j)};
                                    }),
                                    1e-4)
                            << layers << " layers, " << kernels << " kernels, " << a << " x " << b;
                }
        }
}

TEST(KernelRows, ValuesFollowTheirDefinitions) {
    // x·y, |x|, |y| of two rows at an angle
    const double product = 3.0;
    const Length x{4.0, 2.0F};
    const Length y{9.0, 3.0F};
    const float d = std::sqrt(4.0F + 9.0F - 6.0F);
    const Ordinary ordinary{ordinary_centred_distance, ordinary_gaussian};
    const float cells[] = {0.1F, 0.2F, 0.3F, 0.4F};
    // A cell is one float32; d² = 7 is the second from the first.
    const auto bits_of = [](float value) { return std::bit_cast<std::uint32_t>(value); };
    const Ranks ranks{cells, bits_of(7.0F) - 1, 0, 3};
    const auto value = [&](Kind kind, float factor, bool twins = false) {
        return value_of(kind, pair_of(product, x, y, twins), factor, ranks, ordinary, bits_of);
    };
    EXPECT_FLOAT_EQ(value(Kind::linear, 0.5F), 1.5F);
    EXPECT_FLOAT_EQ(value(Kind::distance, 2.0F), 2.0F * d - 1.0F);
    EXPECT_FLOAT_EQ(value(Kind::centred_distance, 2.0F), 2.0F * (d - 5.0F) - ordinary_centred_distance);
    EXPECT_FLOAT_EQ(value(Kind::gaussian, 0.1F), std::exp(-0.7F) - ordinary_gaussian);
    EXPECT_FLOAT_EQ(value(Kind::distance_rank, 1.0F), 0.3F - 0.5F);
    EXPECT_FLOAT_EQ(value(Kind::distance, 2.0F, true), -1.0F);
    EXPECT_FLOAT_EQ(value(Kind::distance_rank, 1.0F, true), 0.1F - 0.5F);
}

} // namespace
} // namespace stratoscope::engine::kernel_rows
