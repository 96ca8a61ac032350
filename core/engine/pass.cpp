#include "core/engine/pass.h"

#include "core/base/thread_pool.h"
#include "core/engine/distance_blocks.h"
#include "core/engine/grain.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace stratoscope::engine {
namespace {

// Rows a grain: small, so that the first little block already keeps several threads busy.
constexpr std::size_t grain_rows = 16;
constexpr std::size_t most_grains_a_run = 16;

std::size_t largest_block(const PassPlan& plan, std::size_t images) {
    const std::size_t row_bytes =
        checked_product(plan.layers.size() * sizeof(float), images, "a row of distances");
    const std::size_t fitting =
        plan.block_bytes / std::max<std::size_t>(1, row_bytes) / grain_rows * grain_rows;
    return std::clamp(fitting, grain_rows, most_block_rows);
}

// The blocks that are left to do, one after the other.
class Blocks {
  public:
    Blocks(const PassPlan& plan, const GrainTables& tables, const PassSums& begun, const Task& task)
        : plan_(plan), tables_(tables), task_(task), products_(!plan.kernels.empty()),
          rechecks_before_(begun.rechecks), distances_(plan.layers, tables.order, blocks(begun.done), task),
          grains_(most_block_rows / grain_rows, GrainSums(plan, tables)) {
        while (distances_.blocks()[next_].first < begun.done)
            ++next_;
        if (products_)
            lengths_ = Matrix<float>(plan.layers.size(), tables.images);
        for (std::size_t layer = 0; layer < lengths_.rows(); ++layer)
            for (std::size_t position = 0; position < tables.images; ++position)
                lengths_(layer, position) = std::sqrt(distances_.squared_lengths(layer)[position]);
        rooms_.resize(task.pool.size());
        workers_.reserve(task.pool.size());
        for (std::size_t worker = 0; worker < task.pool.size(); ++worker)
            workers_.emplace_back(plan, tables, task);
    }

    void add_next(PassSums& sums) {
        if (next_is_computed_)
            distances_.turn_to(next_);
        else
            distances_.compute(next_, task_);
        // Ranking waits for memory and products for arithmetic, and in one loop no thread waits for another.
        // The first block is alone, for an early picture.
        next_is_computed_ = plan_.two_blocks && sums.done > 0 && next_ + 1 < distances_.blocks().size();
        const std::size_t ahead = next_is_computed_ ? distances_.parts(next_ + 1) : 0;
        const Range queries = distances_.blocks()[next_];
        const std::size_t used = (queries.count + grain_rows - 1) / grain_rows;
        const std::vector<Range> runs = runs_of(used);
        task_.pool.parallel_for(runs.size() + ahead, [&](std::size_t item, std::size_t worker) {
            if (item >= runs.size())
                return distances_.compute_part(next_ + 1, item - runs.size(), worker, task_);
            const std::size_t run = item;
            for (std::size_t grain = runs[run].first; grain < runs[run].end(); ++grain) {
                const std::size_t first = grain * grain_rows;
                add_grain(queries, {first, std::min(grain_rows, queries.count - first)}, worker, sums,
                          grains_[grain]);
            }
            workers_[worker].finish(sums);
        });
        for (std::size_t grain = 0; grain < used; ++grain)
            grains_[grain].add_to(sums);
        sums.done = queries.end();
        sums.rechecks = rechecks_before_;
        for (const GrainWorker& worker : workers_)
            sums.rechecks += worker.rechecks();
        ++next_;
    }

    /// Early blocks multiply against more columns than late ones, and what follows the products costs the
    /// same for each row: about as much as 200 more dimensions would.
    [[nodiscard]] double share_done(const PassSums& sums) const {
        const double multiplying = tables_.mean_dimension / (tables_.mean_dimension + 200.0);
        const double products = next_ == 0 ? 0.0 : distances_.share_of_products(next_ - 1);
        return multiplying * products +
               (1.0 - multiplying) * static_cast<double>(sums.done) / static_cast<double>(sums.images);
    }

  private:
    // Consecutive grains that one thread settles doubts of together: the more the better, but fewer and fewer
    // so that all threads are done at about the same time.
    [[nodiscard]] std::vector<Range> runs_of(std::size_t grains) const {
        std::vector<Range> runs;
        for (std::size_t first = 0; first < grains; first = runs.back().end())
            runs.push_back({first, std::clamp<std::size_t>(2 * (grains - first) / (3 * workers_.size()), 1,
                                                           most_grains_a_run)});
        return runs;
    }
    [[nodiscard]] DistanceBlocks::Plan blocks(std::size_t done) const {
        DistanceBlocks::Plan blocks;
        blocks.blocks = blocks_of(tables_.images, largest_block(plan_, tables_.images), done);
        while (blocks.blocks[blocks.begin].first < done)
            ++blocks.begin;
        blocks.tile_bytes = plan_.tile_bytes;
        blocks.ahead = plan_.two_blocks;
        blocks.holding = products_ ? Holding::products : Holding::distances;
        blocks.kept = products_ ? plan_.kept.get() : nullptr; // they are products
        blocks.packing = plan_.pack_as_needed ? PackedRows::Packing::as_needed : PackedRows::Packing::kept;
        return blocks;
    }

    void add_grain(Range queries, Range rows, std::size_t worker, PassSums& sums, GrainSums& grain) {
        const std::size_t layers = plan_.layers.size();
        grain.clear();
        std::vector<float*> values(layers);
        GrainRows row{std::vector<const float*>(layers), std::vector<const float*>(layers), {}};
        for (std::size_t layer = 0; layer < layers; ++layer)
            row.lengths[layer] = distances_.squared_lengths(layer);
        for (std::size_t layer = 0; layer < lengths_.rows(); ++layer)
            row.roots.push_back(lengths_.row(layer).data());
        for (std::size_t r = rows.first; r < rows.end(); ++r) {
            task_.check();
            for (std::size_t layer = 0; layer < layers; ++layer)
                row.values[layer] = values[layer] = distances_.row(layer, r, rooms_[worker]);
            workers_[worker].add_kernels(queries.first + r, row, sums, grain);
            if (products_)
                for (std::size_t layer = 0; layer < layers; ++layer)
                    distances_.finish_row(layer, r, values[layer]);
            workers_[worker].add_distances(queries.first + r, row, sums, grain);
        }
    }

    const PassPlan& plan_;
    const GrainTables& tables_;
    const Task& task_;
    bool products_;
    std::uint64_t rechecks_before_;
    DistanceBlocks distances_;
    Matrix<float> lengths_; // (layer, position), for kernels
    std::size_t next_ = 0;
    bool next_is_computed_ = false;
    std::vector<GrainWorker> workers_;
    std::vector<DistanceBlocks::RowRoom> rooms_; // by worker
    std::vector<GrainSums> grains_;              // of one block
};

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

PassSums run_pass(const PassPlan& plan, const Task& task, const PassWatcher& watcher, PassSums begun) {
    const std::size_t images = plan.layers.front()->images();
    const std::vector<std::uint32_t> order = shuffled(images, plan.seed);
    const GrainTables tables(plan, order);
    PassSums sums = tables.going_on(std::move(begun), order);
    if (sums.done == images)
        return sums;
    Blocks blocks(plan, tables, sums, task);
    // The time of this run: what was done before takes none.
    const double before = blocks.share_done(sums);
    try {
        while (sums.done < images) {
            blocks.add_next(sums);
            task.report((blocks.share_done(sums) - before) / (1.0 - before), "comparing");
            if (watcher)
                watcher(sums);
        }
    } catch (const Cancelled&) {
        // Only whole blocks are in the sums; single images of the block that was left are written again.
        if (watcher)
            watcher(sums);
        throw;
    }
    return sums;
}

} // namespace stratoscope::engine
