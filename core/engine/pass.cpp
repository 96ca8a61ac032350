#include "core/engine/pass.h"

#include "core/base/thread_pool.h"
#include "core/engine/distance_blocks.h"
#include "core/engine/grain.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace stratoscope::engine {
namespace {

// Rows a grain: small, so that the first little block already keeps several threads busy.
constexpr std::size_t grain_rows = 16;
// More rows make better use of each packed panel (512 rows: 5 % faster products than 256).
constexpr std::size_t most_rows = 512;

std::size_t largest_block(const PassPlan& plan, std::size_t images) {
    const std::size_t row_bytes =
        checked_product(plan.layers.size() * sizeof(float), images, "a row of distances");
    const std::size_t fitting =
        plan.block_bytes / std::max<std::size_t>(1, row_bytes) / grain_rows * grain_rows;
    return std::clamp(fitting, grain_rows, most_rows);
}

} // namespace

std::vector<std::uint32_t> shuffled(std::size_t n, std::uint64_t seed) {
    std::vector<std::uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0U);
    std::uint64_t state = seed ^ (0x9e3779b97f4a7c15ULL * (n + 1));
    const auto next =
        [&state] { // SplitMix64 (Steele, Lea, Flood 2014): the standard library's shuffles differ by platform
            state += 0x9e3779b97f4a7c15ULL;
            std::uint64_t z = state;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
            return z ^ (z >> 31);
        };
    for (std::size_t i = n; i > 1; --i)
        std::swap(order[i - 1], order[next() % i]);
    return order;
}

PassSums run_pass(const PassPlan& plan, const Task& task, const PassWatcher& watcher) {
    const std::size_t images = plan.layers.front()->images();
    const std::size_t layers = plan.layers.size();
    const std::vector<std::uint32_t> order = shuffled(images, plan.seed);
    const GrainTables tables(plan, order);
    const bool products = std::ranges::any_of(plan.kernels, takes_products, &KernelPlan::kernel);
    DistanceBlocks distances(
        plan.layers, order, blocks_of(images, largest_block(plan, images)), plan.tile_bytes,
        products ? DistanceBlocks::Holding::products : DistanceBlocks::Holding::distances, task);

    PassSums sums = tables.empty_sums();
    std::vector<GrainWorker> workers;
    workers.reserve(task.pool.size());
    for (std::size_t worker = 0; worker < task.pool.size(); ++worker)
        workers.emplace_back(plan, tables);
    std::vector<GrainSums> grains(most_rows / grain_rows, GrainSums(plan, tables));

    const std::vector<Range>& blocks = distances.blocks();
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        distances.compute(b, task);
        const Range queries = blocks[b];
        const std::size_t used = (queries.count + grain_rows - 1) / grain_rows;
        task.pool.parallel_for(used, [&](std::size_t grain, std::size_t worker) {
            grains[grain].clear();
            GrainRows row{std::vector<const float*>(layers), std::vector<const float*>(layers)};
            for (std::size_t layer = 0; layer < layers; ++layer)
                row.lengths[layer] = distances.squared_lengths(layer);
            for (std::size_t r = grain * grain_rows; r < std::min(queries.count, (grain + 1) * grain_rows);
                 ++r) {
                task.check();
                for (std::size_t layer = 0; layer < layers; ++layer)
                    row.values[layer] = distances.row(layer, r);
                if (products) {
                    workers[worker].add_products(queries.first + r, row, sums, grains[grain]);
                    for (std::size_t layer = 0; layer < layers; ++layer)
                        distances.finish_row(layer, r);
                }
                workers[worker].add_distances(queries.first + r, row, sums, grains[grain]);
            }
        });
        for (std::size_t grain = 0; grain < used; ++grain)
            grains[grain].add_to(sums);
        sums.done = queries.end();
        sums.rechecks = 0;
        for (const GrainWorker& worker : workers)
            sums.rechecks += worker.rechecks();
        // Early blocks multiply against more columns than late ones, and what follows the products costs the
        // same for each row: about as much as 200 more dimensions would.
        const double multiplying = tables.mean_dimension / (tables.mean_dimension + 200.0);
        task.report(multiplying * distances.share_of_products(b) +
                        (1.0 - multiplying) * static_cast<double>(sums.done) / static_cast<double>(images),
                    "comparing");
        if (watcher)
            watcher(sums);
    }
    return sums;
}

} // namespace stratoscope::engine
