// On every Torch device that is here: the parts of the pass that have kernels of their own on a GPU against
// the same by ATen, which is what the processors' device takes; and the whole, where its memory is full and
// where the processors finish it.
#include "core/base/error.h"
#include "core/base/thread_pool.h"
#include "core/engine/all_distances.h"
#include "core/engine/device_pass.h"
#include "core/engine/packed_rows.h"
#include "core/engine/prepared_layer.h"
#include "core/engine/torch/block_kernels_internal.h"
#include "core/engine/torch/block_overlaps_internal.h"
#include "core/engine/torch/device_histograms_internal.h"
#include "core/engine/torch/rank_sums_internal.h"
#include "core/engine/torch/torch_pass_internal.h"
#include "tests/core/engine/prepared_rows.h"
#include "tests/support/made_up_data.h"

#ifdef STRATOSCOPE_CUDA_KERNELS
#include <c10/cuda/CUDACachingAllocator.h>
#include <cuda_runtime_api.h>
#endif
#include <gtest/gtest.h>
#include <torch/cuda.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

namespace stratoscope::engine::torch_device {
namespace {

std::vector<at::Device> torch_devices() {
    std::vector<at::Device> all{at::Device(at::kCPU)};
    if (torch::cuda::device_count() > 0)
        all.emplace_back("cuda:0");
    return all;
}

// Layers of several widths; one with twins, one of whole numbers, whose products are exact.
PreparedLayers prepared(std::size_t images) {
    std::vector<Matrix<float>> rows{support::normal_rows(images, 40, 1), support::normal_rows(images, 7, 2),
                                    support::normal_rows(images, 24, 3), support::normal_rows(images, 3, 4)};
    for (std::size_t i = 0; i < images / 4; ++i)
        std::ranges::copy(rows[1].row(i % 5), rows[1].row(images / 2 + i).begin());
    for (std::size_t i = 0; i < images * 3; ++i)
        rows[3].data()[i] = std::round(rows[3].data()[i]);
    return prepared_rows(std::move(rows));
}

// The first half of the columns among themselves, and the second.
Candidates halves(const DeviceRows& rows) {
    Candidates out;
    const std::int64_t half = rows.images() / 2;
    out.longest = rows.images() - half;
    const at::Tensor column =
        at::arange(rows.images(), at::TensorOptions().dtype(at::kLong).device(rows.device));
    const at::Tensor second = column >= half;
    out.first = at::where(second, at::full_like(column, half), at::zeros_like(column));
    out.count = at::where(second, at::full_like(column, out.longest), at::full_like(column, half));
    out.ks = at::ones({1, rows.images()}, column.options().dtype(at::kDouble));
    return out;
}

Candidates everything(const DeviceRows& rows) {
    Candidates out;
    out.longest = rows.images();
    out.first = at::zeros({rows.images()}, at::TensorOptions().dtype(at::kLong).device(rows.device));
    out.count = at::full_like(out.first, rows.images());
    out.ks = at::ones({1, rows.images()}, out.first.options().dtype(at::kDouble));
    return out;
}

// (column): how many of its twins each has among its own candidates, by comparing all.
at::Tensor twins_among(const DeviceRows& rows, std::int64_t layer, const Candidates& among) {
    const at::Tensor group = rows.twin_group[layer];
    const at::Tensor same_group = (group.unsqueeze(0) == group.unsqueeze(1)).logical_and(group > 0);
    const at::Tensor same_candidates = among.first.unsqueeze(0) == among.first.unsqueeze(1);
    return same_group.logical_and(same_candidates).sum(1).clamp_min(1).to(at::kInt);
}

bool all_close(const at::Tensor& a, const at::Tensor& b, double bar) {
    return at::allclose(a.to(at::kDouble), b.to(at::kDouble), bar, bar, /*equal_nan=*/false);
}

class OwnKernels : public testing::Test {
  protected:
    // rows of the block
    [[nodiscard]] static std::vector<std::int64_t> some_columns() {
        return {0, 3, 299, 150, 151, 42, 298, 7};
    }

    [[nodiscard]] std::vector<DistanceHistogram> histograms_by_processors() {
        PassPlan plan;
        plan.layers = layers_;
        return all_distances(plan, Task{pool_}).histograms;
    }

    static constexpr std::size_t images = 300;
    ThreadPool pool_{2};
    PreparedLayers layers_ = prepared(images);
    const c10::InferenceMode no_gradients_;
};

TEST_F(OwnKernels, DistancesAndNearest) {
    for (const at::Device& device : torch_devices()) {
        const DeviceRows rows(layers_, file_order(images), device, Task{pool_});
        for (const std::int64_t places : {1, 5, 60, 299}) {
            Block own(rows, some_columns());
            Block plain(rows, some_columns());
            const std::vector<std::int64_t> listed{0, 1, 3};
            const Candidates all = everything(rows).of(own.query);
            const Nearest found = distances_and_nearest(rows, own, all, listed, places);
            to_distances_by_aten(rows, plain);
            EXPECT_TRUE(all_close(own.values, plain.values, 1e-12)) << device;
            EXPECT_FALSE(found.lost.any().item<bool>());
            // Of the same distances, so that values are equal, and places where no value comes twice.
            const Nearest expected = nearest_by_aten(own, all, listed, places);
            EXPECT_TRUE(found.value.equal(expected.value)) << device << ", " << places << " places";
            EXPECT_TRUE(found.place[0].equal(expected.place[0])) << device << ", " << places << " places";
            const at::Tensor at_places = at::stack({own.values[0], own.values[1], own.values[3]});
            EXPECT_TRUE(at_places.gather(2, found.place).equal(found.value));

            const Candidates half = halves(rows).of(own.query);
            const std::int64_t fewer = std::min<std::int64_t>(places, images / 2 - 1);
            const Nearest in_half = nearest(rows, own, half, {0}, fewer);
            const Nearest expected_in_half = nearest_by_aten(own, half, {0}, fewer);
            EXPECT_TRUE(in_half.value.equal(expected_in_half.value)) << device;
            EXPECT_TRUE(in_half.place.equal(expected_in_half.place)) << device;
        }
    }
}

TEST_F(OwnKernels, ListsAndSumsOfRanks) {
    for (const at::Device& device : torch_devices()) {
        const DeviceRows rows(layers_, file_order(images), device, Task{pool_});
        for (const std::int64_t places : {6, 90, 149, 299}) // the last in several pieces of a kernel's work
            for (Candidates among : {everything(rows), halves(rows)}) {
                if (places >= among.longest)
                    continue;
                Block block(rows, some_columns());
                to_distances_by_aten(rows, block);
                among.twins = at::ones({rows.twin_group.size(0), images}, rows.twin_group.options());
                among.twins[1] = twins_among(rows, 1, among);
                among = among.of(block.query);
                const std::vector<std::int64_t> listed = places == 299 ? std::vector<std::int64_t>{0, 1, 2, 3}
                                                                       : std::vector<std::int64_t>{0, 1, 3};
                const Nearest near = nearest_by_aten(block, among, listed, places);
                const NearLists lists = near_lists(rows, block, among, near, listed);
                const NearLists expected = near_lists_by_aten(rows, block, among, near, listed);
                EXPECT_TRUE(lists.begin.equal(expected.begin)) << device << ", " << places << " places";
                EXPECT_TRUE(lists.end.equal(expected.end)) << device;
                EXPECT_TRUE(lists.there.equal(expected.there)) << device;
                EXPECT_TRUE(lists.unsure.equal(expected.unsure)) << device;
                EXPECT_TRUE(all_close(lists.weight, expected.weight, 1e-14)) << device;
                for (const std::vector<std::int64_t>& targets :
                     {std::vector<std::int64_t>{0, 1, 2, 3}, std::vector<std::int64_t>{1, 3}})
                    for (const std::int64_t length : {std::int64_t{4}, places}) {
                        at::Tensor unsure = lists.unsure.clone();
                        at::Tensor expected_unsure = unsure.clone();
                        const RankQuestion question{expected, length, targets};
                        const at::Tensor found = rank_sums(rows, block, among, question, unsure);
                        EXPECT_TRUE(all_close(
                            found, rank_sums_by_aten(rows, block, among, question, expected_unsure), 1e-12))
                            << device << ", " << length << " of " << places << " places";
                        EXPECT_TRUE(unsure.equal(expected_unsure)) << device;
                    }
            }
    }
}

TEST_F(OwnKernels, SumsOfKernels) {
    std::vector<KernelPlan> kernels;
    const std::vector<DistanceHistogram> histograms = histograms_by_processors();
    for (const Kernel kernel : {Kernel::linear, Kernel::centred_distance, Kernel::distance, Kernel::gaussian,
                                Kernel::distance_rank}) {
        KernelPlan plan{kernel, {30.0F, 5.0F, 20.0F, 2.0F}, {}};
        for (const DistanceHistogram& histogram : histograms)
            plan.ranks.push_back(std::make_shared<const RankTable>(histogram.ranks()));
        kernels.push_back(std::move(plan));
    }
    for (const at::Device& device : torch_devices()) {
        const DeviceRows rows(layers_, file_order(images), device, Task{pool_});
        const Block block(rows, some_columns());
        const BlockKernels sums(kernels, rows);
        const BlockKernelSums found = sums.sums(block);
        const BlockKernelSums expected = sums.sums_by_aten(block);
        EXPECT_TRUE(all_close(found.row_sum, expected.row_sum, 2e-5)) << device;
        EXPECT_TRUE(all_close(found.row_product, expected.row_product, 2e-5)) << device;
    }
}

TEST_F(OwnKernels, SharedNeighbours) {
    for (const at::Device& device : torch_devices()) {
        const DeviceRows rows(layers_, file_order(images), device, Task{pool_});
        const at::Tensor tenth_of =
            at::arange(rows.images(), at::TensorOptions().dtype(at::kLong)).remainder(10);
        for (const std::int64_t places : {12, 40, 299}) {
            Block block(rows, some_columns());
            const Candidates all = everything(rows).of(block.query);
            const std::vector<std::int64_t> listed{0, 1, 2, 3};
            const Nearest near = distances_and_nearest(rows, block, all, listed, places);
            const NearLists lists = near_lists(rows, block, all, near, listed);
            const BlockOverlaps overlaps(rows, lists, tenth_of.to(device), std::vector<std::size_t>(10, 30));
            for (const std::size_t k : {1U, 7U})
                EXPECT_TRUE(all_close(overlaps.shared(k), overlaps.shared_by_aten(k), 1e-12))
                    << device << ", " << places << " places, k = " << k;
        }
    }
}

TEST_F(OwnKernels, HistogramsOfDistances) {
    const std::vector<DistanceHistogram> expected = histograms_by_processors();
    for (const at::Device& device : torch_devices()) {
        const DeviceRows rows(layers_, file_order(images), device, Task{pool_});
        const std::vector<DistanceHistogram> found = device_histograms(rows, Task{pool_});
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            EXPECT_NEAR(found[l].median(), expected[l].median(), 1e-6 * expected[l].median()) << device;
            const RankTable table = found[l].ranks();
            // Mid-ranks of all pairs: the last is about half a cell from 1.
            EXPECT_TRUE(std::ranges::is_sorted(table.rank)) << device;
            EXPECT_NEAR(table.rank.back(), 1.0F, 1e-3F) << device;
            const RankTable other = expected[l].ranks();
            for (const float d2 : {0.5F, 2.0F, 5.0F, 20.0F, 60.0F})
                EXPECT_NEAR(table.rank[table.cell(d2)], other.rank[other.cell(d2)], 1e-4F) << device;
        }
    }
}

PassPlan plan_of(const PreparedLayers& layers) {
    PassPlan plan;
    plan.layers = layers;
    plan.roles = {std::vector<bool>(layers.size(), true), std::vector<bool>(layers.size(), true)};
    plan.ks = {5};
    plan.imbalance = true;
    plan.kernels = {{Kernel::linear, std::vector<float>(layers.size(), 10.0F), {}}};
    return plan;
}

void expect_near(const PassSums& found, const PassSums& expected, const std::string& where) {
    ASSERT_EQ(found.done, expected.done) << where;
    const auto near = [&](std::span<const double> a, std::span<const double> b, double bar) {
        for (std::size_t i = 0; i < a.size(); ++i)
            EXPECT_NEAR(a[i], b[i], bar) << where;
    };
    near(found.imbalance[0].sum.values(), expected.imbalance[0].sum.values(), 1e-9);
    near(found.imbalance[0].squared_sum.values(), expected.imbalance[0].squared_sum.values(), 1e-9);
    const auto products = expected.kernels[0].product.values();
    near(found.kernels[0].product.values(), products, 1e-6 * *std::ranges::max_element(products));
    EXPECT_EQ(found.kernels[0].done, expected.kernels[0].done) << where;
}

// What a device leaves half-way, as where its memory gets full, the engine's own pass can finish.
TEST_F(OwnKernels, TheProcessorsFinishWhatADeviceBegan) {
    const PassPlan plan = plan_of(layers_);
    const PassSums expected = run_pass(plan, Task{pool_});
    ASSERT_EQ(expected.done, images);
    for (const at::Device& device : torch_devices()) {
        const DeviceRows rows(layers_, column_order(plan), device, Task{pool_});
        DeviceSums sums;
        torch_pass(plan, rows, Task{pool_}, {}, sums);
        expect_near(sums.sums, expected, device.str());
        if (!device.is_cpu())
            continue; // a GPU does so few rows at once
        for (const std::size_t blocks : {1U, 2U, 3U}) {
            Cancellation cancellation;
            std::size_t seen = 0;
            const auto stop = [&](const PassSums&) {
                if (++seen == blocks)
                    cancellation.request();
            };
            DeviceSums begun;
            EXPECT_THROW(torch_pass(plan, rows, Task{pool_, cancellation, {}}, stop, begun), Cancelled);
            EXPECT_EQ(seen, blocks + 1) << "and once more before it stops";
            EXPECT_GT(begun.sums.done, 0U);
            EXPECT_LT(begun.sums.done, images);
            expect_near(run_pass(plan, Task{pool_}, {}, begun.sums), expected, "after " + device.str());
        }
    }
}

#ifdef STRATOSCOPE_CUDA_KERNELS
// As if the GPU had no more memory than that, for one test.
class LittleMemory {
  public:
    explicit LittleMemory(double share) {
        c10::cuda::CUDACachingAllocator::emptyCache();
        c10::cuda::CUDACachingAllocator::setMemoryFraction(share, 0);
    }
    ~LittleMemory() { c10::cuda::CUDACachingAllocator::setMemoryFraction(1.0, 0); }
    LittleMemory(const LittleMemory&) = delete;
    LittleMemory& operator=(const LittleMemory&) = delete;
};

TEST(AGpuWithLittleMemory, TakesSmallerBlocksAndThenGivesUp) {
    if (torch::cuda::device_count() == 0)
        GTEST_SKIP() << "there is no GPU";
    ThreadPool pool(2);
    const PreparedLayers layers = prepared(6000); // 200 MB for 1024 rows of distances
    const PassPlan plan = plan_of(layers);
    const at::Device device("cuda:0");
    std::vector<std::size_t> done;
    const auto watch = [&](const PassSums& sums) { done.push_back(sums.done); };
    std::optional<DeviceRows> rows;
    rows.emplace(layers, column_order(plan), device, Task{pool});
    DeviceSums whole;
    torch_pass(plan, *rows, Task{pool}, watch, whole);
    EXPECT_EQ(whole.rows_that_fit, 0U);
    const std::size_t blocks = done.size();
    done.clear();
    std::size_t free = 0;
    std::size_t total = 0;
    ASSERT_EQ(cudaMemGetInfo(&free, &total), cudaSuccess); // of the first GPU
    {
        const LittleMemory little(150e6 / static_cast<double>(total));
        DeviceSums found;
        torch_pass(plan, *rows, Task{pool}, watch, found);
        EXPECT_GT(found.rows_that_fit, 0U);
        EXPECT_GT(done.size(), 2 * blocks);
        expect_near(found.sums, whole.sums, "little memory");
    }
    const LittleMemory none(1e6 / static_cast<double>(total));
    try {
        DeviceSums nothing;
        torch_pass(plan, *rows, Task{pool}, {}, nothing);
        FAIL() << "it had the memory";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::out_of_memory);
    }
}
#endif

} // namespace
} // namespace stratoscope::engine::torch_device
