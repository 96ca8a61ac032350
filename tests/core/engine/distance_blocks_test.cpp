#include "core/base/thread_pool.h"
#include "core/engine/all_distances.h"
#include "core/engine/distance_blocks.h"
#include "core/engine/pass.h"
#include "tests/core/engine/prepared_rows.h"
#include "tests/support/made_up_data.h"
#include "tests/support/naive_reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <span>

namespace stratoscope::engine {
namespace {

constexpr std::size_t images = 430;
constexpr std::uint64_t seed = 7;

// Calls body(layer, r, row) for each row of each block; ahead: while the next block is computed, both in one
// loop of several threads.
template <class Body>
void each_row(DistanceBlocks& blocks, std::size_t begin, std::size_t layers, bool ahead, const Task& task,
              const Body& body) {
    std::vector<DistanceBlocks::RowRoom> rooms(task.pool.size());
    bool is_computed = false;
    for (std::size_t block = begin; block < blocks.blocks().size(); ++block) {
        if (is_computed)
            blocks.turn_to(block);
        else
            blocks.compute(block, task);
        is_computed = ahead && block + 1 < blocks.blocks().size();
        const std::size_t rows = blocks.blocks()[block].count;
        const std::size_t parts = is_computed ? blocks.parts(block + 1) : 0;
        task.pool.parallel_for(rows + parts, [&](std::size_t item, std::size_t worker) {
            if (item >= rows)
                return blocks.compute_part(block + 1, item - rows, worker, task);
            for (std::size_t layer = 0; layer < layers; ++layer)
                body(layer, block, item, blocks.row(layer, item, rooms[worker]));
        });
    }
}

class Distances : public testing::Test {
  protected:
    Distances() {
        values_.push_back(support::normal_rows(images, 40, 1));
        values_.push_back(support::normal_rows(images, 9, 2));
        for (std::size_t i = 50; i < 60; ++i)
            std::ranges::copy(values_[1].row(3), values_[1].row(i).begin());
        layers_ = prepared_rows(values_);
    }

    // All rows by layer, as blocks give them one after the other.
    std::vector<Matrix<float>> all(std::size_t tile_bytes, std::size_t threads,
                                   Holding holding = Holding::distances, const KeptTriangles* kept = nullptr,
                                   std::size_t largest = 64, bool ahead = false) {
        ThreadPool pool(threads);
        DistanceBlocks blocks(layers_, order_,
                              {.blocks = blocks_of(images, largest),
                               .tile_bytes = tile_bytes,
                               .holding = holding,
                               .kept = kept,
                               .ahead = ahead},
                              Task{pool});
        std::vector<Matrix<float>> out(layers_.size(), Matrix<float>(images, images));
        each_row(blocks, 0, layers_.size(), ahead, Task{pool},
                 [&](std::size_t layer, std::size_t block, std::size_t r, float* row) {
                     if (holding == Holding::products)
                         blocks.finish_row(layer, r, row);
                     std::copy_n(row, images, out[layer].row(blocks.blocks()[block].first + r).begin());
                 });
        return out;
    }

    std::vector<Matrix<float>> values_;
    PreparedLayers layers_;
    std::vector<std::uint32_t> order_ = shuffled(images, seed);
};

TEST_F(Distances, AreThoseOfTheRows) {
    const std::vector<Matrix<float>> found = all(std::size_t{1} << 30, 2);
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
        const Matrix<double> naive = support::naive_squared_distances(values_[layer], Distance::euclidean);
        for (std::size_t r = 0; r < images; ++r)
            for (std::size_t c = 0; c < images; ++c) {
                const double expected = naive(order_[r], order_[c]);
                if (r == c) {
                    EXPECT_TRUE(std::isinf(found[layer](r, c)));
                } else if (expected == 0.0) {
                    EXPECT_EQ(found[layer](r, c), layers_[layer]->relative_distance_of_equals())
                        << "equal rows";
                } else {
                    const auto typical = static_cast<double>(layers_[layer]->typical_squared_distance());
                    ASSERT_NEAR(found[layer](r, c), expected - typical, 1e-4);
                }
            }
    }
}

TEST_F(Distances, AreTheSameBitsForAnyMemoryThreadsAndHolding) {
    const std::vector<Matrix<float>> expected = all(std::size_t{1} << 30, 1);
    const auto expect_same = [&](const std::vector<Matrix<float>>& found, const char* how) {
        for (std::size_t layer = 0; layer < layers_.size(); ++layer)
            for (std::size_t i = 0; i < images * images; ++i)
                ASSERT_EQ(found[layer].values()[i], expected[layer].values()[i]) << how;
    };
    expect_same(all(0, 1), "no tile kept");
    expect_same(all(200'000, 2), "some tiles kept");
    expect_same(all(std::size_t{1} << 30, 3), "three threads");
    expect_same(all(200'000, 2, Holding::products), "from products");
    for (const std::size_t tile_bytes : {std::size_t{0}, std::size_t{200'000}, std::size_t{1} << 30})
        for (const Holding holding : {Holding::distances, Holding::products})
            expect_same(all(tile_bytes, 3, holding, nullptr, 64, true), "the next block ahead");
    PassPlan plan;
    plan.layers = layers_;
    plan.seed = seed;
    plan.kernels.push_back({Kernel::distance, {}, {}, {}});
    ThreadPool pool(2);
    const auto kept = all_distances(plan, Task{pool}).kept;
    ASSERT_NE(kept, nullptr);
    for (const std::size_t largest : {32U, 96U, 512U})
        for (const bool ahead : {false, true})
            expect_same(all(0, 3, Holding::products, kept.get(), largest, ahead), "kept before the pass");
}

TEST(Blocks, CoverAllImagesOnceAndGrow) {
    for (const std::size_t n : {1U, 31U, 32U, 100U, 5000U, 100'001U}) {
        const std::vector<Range> blocks = blocks_of(n, 512);
        std::size_t next = 0;
        for (std::size_t b = 0; b < blocks.size(); ++b) {
            EXPECT_EQ(blocks[b].first, next);
            EXPECT_LE(blocks[b].count, 512U);
            if (b + 1 < blocks.size()) {
                EXPECT_EQ(blocks[b].count % PackedRows::alignment, 0U);
            }
            next = blocks[b].end();
        }
        EXPECT_EQ(next, n);
    }
    EXPECT_LE(blocks_of(100'000, 512).front().count, 512U);
    EXPECT_LE(blocks_of(5000, 512).front().count, 5000U / 100) << "an early picture";
}

// More images than a thread multiplies at a time: both sides of a block are in parts, of which the later ones
// are kept for the blocks that follow.
TEST(LargeBlocks, AreTheSameBitsForAnyMemoryThreadsAndSize) {
    constexpr std::size_t many = 2300;
    const PreparedLayers layers =
        prepared_rows({support::normal_rows(many, 5, 1), support::normal_rows(many, 3, 2)});
    const std::vector<std::uint32_t> order = shuffled(many, 7);
    const auto rows_of = [&](std::size_t largest, std::size_t tile_bytes, std::size_t threads,
                             std::size_t done, const auto& body) {
        ThreadPool several(threads);
        const std::vector<Range> ranges = blocks_of(many, largest, done);
        const auto begin =
            static_cast<std::size_t>(std::ranges::find(ranges, done, &Range::first) - ranges.begin());
        const bool ahead = threads > 1;
        DistanceBlocks blocks(layers, order,
                              {.blocks = ranges, .begin = begin, .tile_bytes = tile_bytes, .ahead = ahead},
                              Task{several});
        each_row(blocks, begin, layers.size(), ahead, Task{several},
                 [&](std::size_t layer, std::size_t block, std::size_t r, const float* row) {
                     body(layer, ranges[block].first + r, row);
                 });
    };
    std::vector<Matrix<float>> expected(layers.size(), Matrix<float>(many, many));
    rows_of(64, 0, 1, 0, [&](std::size_t layer, std::size_t position, const float* row) {
        std::copy_n(row, many, expected[layer].row(position).begin());
    });
    constexpr std::size_t all_tiles = std::size_t{1} << 30;
    for (const std::size_t largest : {64U, 512U})
        for (const std::size_t tile_bytes : {std::size_t{0}, std::size_t{4'000'000}, all_tiles})
            for (const std::size_t threads : {1U, 3U})
                for (const std::size_t done : {0U, 640U}) { // as a pass that goes on there
                    std::atomic<std::size_t> other_rows = 0;
                    std::atomic<std::size_t> rows = 0;
                    rows_of(largest, tile_bytes, threads, done,
                            [&](std::size_t layer, std::size_t position, const float* row) {
                                ++rows;
                                if (!std::ranges::equal(std::span(row, many), expected[layer].row(position)))
                                    ++other_rows;
                            });
                    EXPECT_EQ(rows, layers.size() * (many - done));
                    EXPECT_EQ(other_rows, 0U) << largest << " rows, " << tile_bytes << " bytes, " << threads
                                              << " threads, from " << done;
                }
}

} // namespace
} // namespace stratoscope::engine
