// The pass with little memory, and the pass that goes on where another was left: the same bits as one pass
// with all the memory it wants.
#include "core/base/error.h"
#include "core/base/physical_memory.h"
#include "core/base/thread_pool.h"
#include "core/data/memory_rows.h"
#include "core/engine/layer_store.h"
#include "core/engine/memory_share.h"
#include "core/engine/pass_state.h"
#include "core/engine/subsets.h"
#include "tests/support/made_up_data.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace stratoscope::engine {
namespace {

constexpr std::size_t images = 333;

std::string bytes_of(const PassSums& sums) {
    std::string out;
    for (const auto& part : state_of(sums))
        out.append(reinterpret_cast<const char*>(part.data()), part.size());
    return out;
}

// Values that float16 holds, values that it does not, some of each, float64, twins.
Dataset dataset() {
    std::vector<Matrix<float>> layers;
    layers.push_back(support::normal_rows(images, 70, 1));
    for (std::size_t i = 0; i < layers[0].values().size(); ++i)
        layers[0].data()[i] = std::round(layers[0].data()[i] * 64.0F) / 64.0F;
    layers.push_back(support::normal_rows(images, 300, 2));
    for (std::size_t i = 40; i < 60; ++i)
        std::ranges::copy(support::normal_rows(images, 300, 2).row(i % 3), layers[1].row(i).begin());
    layers.push_back(support::normal_rows(images, 5, 3));
    for (std::size_t i = 0; i < layers[2].values().size(); ++i)
        layers[2].data()[i] = std::round(layers[2].data()[i]);
    layers.push_back(layers[0]);
    layers[3](images - 3, 7) += 1e-4F; // after the first rows were taken for float16
    Dataset data = support::dataset_of(std::move(layers));
    Matrix<double> fine(images, 9);
    const Matrix<float> rough = support::normal_rows(images, 9, 4);
    for (std::size_t i = 0; i < fine.values().size(); ++i)
        fine.data()[i] = static_cast<double>(rough.values()[i]) / 3.0;
    data.models[0].layers[2].rows = rows_in_memory(std::move(fine));
    return data;
}

class PassMemory : public testing::TestWithParam<Distance> {
  protected:
    // Every sum that a pass can have.
    PassPlan plan(StoredRows::Place place = StoredRows::Place::memory) {
        LayerStore store;
        PassPlan out;
        ThreadPool pool(2);
        for (const LayerId id : data_.all_layers())
            out.layers.push_back(store.get(data_, id, GetParam(), Task{pool}, place));
        out.roles = {std::vector<bool>(4, true), std::vector<bool>(4, true)};
        out.ks = {1, 10};
        out.imbalance = out.overlap = out.jaccard = true;
        out.listed = 5;
        for (const Kernel kernel : {Kernel::linear, Kernel::distance, Kernel::gaussian})
            out.kernels.push_back({kernel, {1.0F, 2.0F, 0.5F, 3.0F}, {}});
        out.error_group = groups_by_position(data_.images, error_subsets);
        out.jackknife_group = groups_by_position(data_.images, jackknife_groups);
        out.seed = 11;
        return out;
    }
    static PassPlan small(PassPlan out) {
        out.pack_as_needed = true;
        out.block_bytes = 1;
        out.tile_bytes = 0;
        return out;
    }
    static PassSums run(const PassPlan& plan, std::size_t threads) {
        ThreadPool pool(threads);
        return run_pass(plan, Task{pool});
    }

    Dataset data_ = dataset();
};

TEST_P(PassMemory, RowsPackedAsNeededGiveTheSameBits) {
    const PassPlan whole = plan();
    const std::string expected = bytes_of(run(whole, 1));
    EXPECT_TRUE(bytes_of(run(small(whole), 1)) == expected);
    EXPECT_TRUE(bytes_of(run(small(whole), 3)) == expected);
    PassPlan larger = whole; // blocks of many queries, packed as needed
    larger.pack_as_needed = true;
    EXPECT_TRUE(bytes_of(run(larger, 2)) == expected);
}

TEST_P(PassMemory, RowsInAScratchFileGiveTheSameBits) {
    const PassPlan here = plan();
    const PassPlan there = plan(StoredRows::Place::scratch_file);
    EXPECT_GE(here.layers[1]->bytes(), images * 300 * sizeof(float));
    EXPECT_EQ(here.layers[0]->bytes(), images * 70 * sizeof(std::uint16_t)) << "float16 stays so";
    EXPECT_EQ(here.layers[3]->bytes(), images * 70 * sizeof(float)) << "but for one value";
    for (const auto& layer : there.layers)
        EXPECT_EQ(layer->bytes(), 0U);
    EXPECT_EQ(facts_of(there), facts_of(here));
    const std::string expected = bytes_of(run(here, 1));
    EXPECT_TRUE(bytes_of(run(small(there), 3)) == expected);
    EXPECT_TRUE(bytes_of(run(there, 2)) == expected);
}

TEST_P(PassMemory, APassThatGoesOnEndsWithTheSameBits) {
    const PassPlan whole = plan();
    const std::string expected = bytes_of(run(whole, 2));
    std::vector<std::string> states;
    ThreadPool pool(2);
    const PassSums last =
        run_pass(small(whole), Task{pool}, [&](const PassSums& sums) { states.push_back(bytes_of(sums)); });
    ASSERT_GT(states.size(), 5U);
    for (const std::string& state : states) {
        PassSums begun = sums_from(whole, std::as_bytes(std::span(state)));
        EXPECT_TRUE(bytes_of(run_pass(whole, Task{pool}, {}, begun)) == expected) << begun.done;
        EXPECT_TRUE(bytes_of(run_pass(small(whole), Task{pool}, {}, begun)) == expected) << begun.done;
    }
}

TEST_P(PassMemory, ACancelledPassTellsWhatItHas) {
    const PassPlan whole = plan();
    const std::string expected = bytes_of(run(whole, 1));
    ThreadPool pool(2);
    Cancellation cancellation;
    std::string state;
    std::size_t blocks = 0;
    EXPECT_THROW((void)run_pass(small(whole), Task{pool, cancellation, {}},
                                [&](const PassSums& sums) {
                                    state = bytes_of(sums);
                                    if (++blocks == 3)
                                        cancellation.request();
                                }),
                 Cancelled);
    EXPECT_EQ(blocks, 4U);
    PassSums begun = sums_from(whole, std::as_bytes(std::span(state)));
    EXPECT_TRUE(bytes_of(run_pass(whole, Task{pool}, {}, std::move(begun))) == expected);
}

INSTANTIATE_TEST_SUITE_P(Distances, PassMemory,
                         testing::Values(Distance::euclidean, Distance::cosine, Distance::hamming),
                         [](const auto& test) { return std::string(name_of(test.param)); });

class MemoryShare : public testing::Test {
  protected:
    PassPlan plan_of(std::size_t rows, std::size_t columns) {
        PassPlan plan;
        const Dataset data = support::dataset_of({support::normal_rows(rows, columns, 1)});
        ThreadPool pool(1);
        plan.layers.push_back(store_.get(data, {0, 0}, Distance::euclidean, Task{pool}));
        return plan;
    }
    LayerStore store_;
};

TEST_F(MemoryShare, ABudgetWithoutRoomForOneBlockIsRefusedWithWhatWouldDo) {
    PassPlan plan = plan_of(2000, 8);
    try {
        share_memory(plan, 1 << 20, 1);
        FAIL() << "a mebibyte was enough";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::out_of_memory);
        EXPECT_EQ(error.parts().found, "2M") << "the budget, rounded up";
        const std::size_t enough = std::stoul(error.parts().expected.substr(std::strlen("at least "))) << 20;
        EXPECT_NO_THROW(share_memory(plan, enough + (4 << 20), 1));
    }
}

TEST_F(MemoryShare, PackedRowsAreKeptWhereThereIsRoom) {
    PassPlan plan = plan_of(2000, 4000); // 32 MB packed
    share_memory(plan, 0, 2);
    EXPECT_FALSE(plan.pack_as_needed);
    share_memory(plan, resident_memory() + (50 << 20), 1);
    EXPECT_TRUE(plan.pack_as_needed);
    EXPECT_GE(plan.block_bytes, 32 * 2000 * sizeof(float));
    EXPECT_LE(plan.block_bytes + plan.tile_bytes, std::size_t{50} << 20);
}

TEST_F(MemoryShare, SeveralThreadsHaveTwoBlocksWhereThereIsRoom) {
    PassPlan plan = plan_of(2000, 40);
    share_memory(plan, 0, 1);
    EXPECT_FALSE(plan.two_blocks) << "a single thread has nothing to wait for";
    share_memory(plan, 0, 2);
    EXPECT_TRUE(plan.two_blocks);
    share_memory(plan, resident_memory() + (24 << 20), 2);
    EXPECT_FALSE(plan.two_blocks);
}

TEST_F(MemoryShare, RowsThatWouldTakeMostOfTheBudgetLieInAScratchFile) {
    EXPECT_EQ(place_for(std::size_t{2} << 30, std::size_t{4} << 30), StoredRows::Place::memory);
    EXPECT_EQ(place_for(std::size_t{4} << 30, std::size_t{4} << 30), StoredRows::Place::scratch_file);
    EXPECT_EQ(place_for(physical_memory(), 0), StoredRows::Place::scratch_file);
    EXPECT_EQ(place_for(physical_memory() / 4, 0), StoredRows::Place::memory);
}

TEST(PassState, SumsOfAnotherSizeAreRefused) {
    const Dataset data = support::dataset_of({support::normal_rows(50, 4, 1)});
    LayerStore store;
    ThreadPool pool(1);
    PassPlan plan;
    plan.layers.push_back(store.get(data, {0, 0}, Distance::euclidean, Task{pool}));
    plan.roles = {{true}, {true}};
    plan.ks = {3};
    plan.imbalance = true;
    const PassSums sums = run_pass(plan, Task{pool});
    const std::string state = bytes_of(sums);
    EXPECT_TRUE(bytes_of(sums_from(plan, std::as_bytes(std::span(state)))) == state);
    for (const std::size_t size : {std::size_t{0}, std::size_t{7}, state.size() - 1})
        EXPECT_THROW((void)sums_from(plan, std::as_bytes(std::span(state)).first(size)), Error) << size;
    std::string beyond = state;
    const std::size_t done = 51;
    std::memcpy(beyond.data(), &done, sizeof(done));
    EXPECT_THROW((void)sums_from(plan, std::as_bytes(std::span(beyond))), Error);
}

TEST(PassState, WhatTheSumsFollowFromIsToldApart) {
    const Dataset data = support::dataset_of({support::normal_rows(50, 4, 1)});
    Matrix<float> changed = support::normal_rows(50, 4, 1);
    changed(49, 3) += 1.0F;
    const Dataset other = support::dataset_of({changed});
    LayerStore store;
    ThreadPool pool(1);
    PassPlan plan;
    plan.layers.push_back(store.get(data, {0, 0}, Distance::euclidean, Task{pool}));
    plan.roles = {{true}, {true}};
    const auto facts = facts_of(plan);
    PassPlan same = plan;
    same.block_bytes = 1;
    same.pack_as_needed = true;
    EXPECT_EQ(facts_of(same), facts);
    PassPlan seed = plan;
    seed.seed = 1;
    EXPECT_NE(facts_of(seed), facts);
    PassPlan content = plan;
    content.layers.front() = store.get(other, {0, 0}, Distance::euclidean, Task{pool});
    EXPECT_NE(facts_of(content), facts);
}

} // namespace
} // namespace stratoscope::engine
