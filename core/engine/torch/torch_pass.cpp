// Idea: for a block of query rows, everything that the plan asks is a few operations on whole tensors: one
// product a layer, the nearest in order, ranks by counting, sums by small products. Products are in float64,
// so that two distances which come out too close to call are really equal, or so nearly that one image in
// millions has such a pair; a row with any goes back to the processor, where the engine's own code
// (GrainWorker) does all of it. So the device knows nothing of rechecks, and ranks are the same as the
// engine's.
#include "core/base/thread_pool.h"
#include "core/engine/shrinking_blocks.h"
#include "core/engine/torch/block_results_internal.h"
#include "core/engine/torch/device_memory_internal.h"
#include "core/engine/torch/host_rows_internal.h"
#include "core/engine/torch/torch_pass_internal.h"

#include <ATen/record_function.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace stratoscope::engine::torch_device {
namespace {

constexpr std::size_t least_rows = PackedRows::alignment; // so that the engine's pass can go on
constexpr std::size_t most_rows = 2048;
// For the distances of a block on a GPU: enough rows to keep it busy, and a tenth of a large one's memory.
constexpr std::size_t gpu_block_bytes = std::size_t{8} << 30;
// On LibTorch's processors, which are for trying.
constexpr std::size_t processor_block_bytes = std::size_t{128} << 20;
// Fewer rows than this leave a GPU idle, and a first picture comes soon enough from these.
constexpr std::size_t first_gpu_rows = 1024;
// Places beyond the k nearest, so that ties at the k-th place are seen whole; more of them where ties are the
// rule.
constexpr std::size_t spare_places = 16;
constexpr std::size_t spare_places_of_ties = 112;

class TorchPass {
  public:
    /// Adds to `sums`, at any time whole blocks.
    TorchPass(const PassPlan& plan, const DeviceRows& rows, const Task& task, DeviceSums& sums)
        : plan_(plan), task_(task), rows_(rows), tables_(plan, rows_), host_rows_(plan, rows_, task_),
          queries_(shuffled(rows_.image_at.size(), plan.seed)), sums_(sums.sums),
          rows_that_fit_(sums.rows_that_fit) {
        RECORD_USER_SCOPE("beginning");
        sums_ = tables_.grains.going_on(std::move(sums_), queries_);
        if (!plan.kernels.empty())
            kernels_.emplace(plan.kernels, rows_);
        if (plan.ks.empty())
            return;
        bool ties = false;
        for (std::size_t l = 0; l < rows_.layers(); ++l)
            if (plan.roles.source[l] && !rows_.constant[l]) {
                near_layers_.push_back(static_cast<std::int64_t>(l));
                ties = ties || rows_.doubt[l] == 0.0;
            }
        spare_ = ties ? spare_places_of_ties : spare_places;
        all_ = Candidates::all(plan, rows_);
        if (tables_.group_of.defined())
            groups_ = Candidates::groups(plan, rows_, tables_.grains);
    }

    void run(const PassWatcher& watcher) {
        try {
            run_blocks(watcher);
        } catch (const Cancelled&) { // as run_pass() does
            if (watcher)
                watcher(sums_);
            throw;
        }
    }

  private:
    void run_blocks(const PassWatcher& watcher) {
        const std::size_t before = sums_.done;
        bool shrunk = false;
        in_shrinking_blocks(
            queries_.size(), sizes(),
            [&](Range queries) {
                // Those of a try that found no room are not counted: the next one does them again.
                const std::uint64_t rechecks = host_rows_.rechecks();
                telling_when_full([&] { add_block(queries); });
                if (shrunk)
                    rows_that_fit_ = std::max(rows_that_fit_, queries.count);
                sums_.done = queries.end();
                sums_.rechecks += host_rows_.rechecks() - rechecks;
                task_.report(static_cast<double>(sums_.done - before) /
                                 static_cast<double>(queries_.size() - before),
                             "comparing");
                if (watcher)
                    watcher(sums_);
            },
            [&] {
                task_.check();
                shrunk = true;
                rows_that_fit_ = 0;
            },
            before);
    }

    // Of the rows in a block, all that is near: what may be wrong is in `unsure`, and no sum has it.
    struct Near {
        Nearest nearest;
        NearLists lists;
        std::optional<BlockRanks> ranks;
        Candidates group;
        std::optional<BlockRanks> ranks_in_group;
        std::unique_ptr<BlockOverlaps> overlaps; // refers to the lists
        at::Tensor unsure;
    };

    [[nodiscard]] BlockSizes sizes() const {
        const bool gpu = rows_.device.is_cuda();
        const std::size_t budget = gpu ? gpu_block_bytes : processor_block_bytes;
        // Distances of all layers, some temporary tensors of one; kernels of all layers without own kernels.
        const std::size_t tensors = rows_.layers() * (plan_.kernels.empty() || gpu ? 1 : 2) + 5;
        const std::size_t row =
            checked_product(tensors * sizeof(double), queries_.size(), "a row of distances");
        return {std::max(gpu ? first_gpu_rows : least_rows, queries_.size() / 160 / least_rows * least_rows),
                std::clamp(budget / row / least_rows * least_rows, least_rows, most_rows), least_rows};
    }

    void add_block(Range queries) {
        task_.check();
        std::vector<std::int64_t> columns;
        for (std::size_t r = queries.first; r < queries.end(); ++r)
            columns.push_back(rows_.column_of[queries_[r]]);
        GrainSums found(plan_, tables_.grains);
        std::vector<GrainSums> pending; // of rows done by the engine's own code
        const Results to{sums_, found, task_.pool};
        Block block(rows_, std::move(columns));
        if (kernels_)
            add_kernels(tables_, block, kernels_->sums(block), to);
        task_.check();
        if (!plan_.ks.empty())
            add_near(block, to, pending);
        found.add_to(sums_);
        for (const GrainSums& grain : pending)
            grain.add_to(sums_);
    }

    void add_near(Block& block, const Results& to, std::vector<GrainSums>& pending) {
        const std::unique_ptr<Near> near = look_near(block);
        const at::Tensor sure = near->unsure.logical_not();
        if (near->ranks)
            add_imbalance(tables_, block, *near->ranks, sure, to);
        if (near->ranks_in_group)
            add_group_imbalance(tables_, block, *near->ranks_in_group, near->group, sure, to);
        if (near->overlaps)
            add_overlaps(tables_, block, *near->overlaps, sure, to);
        if (plan_.listed > 0 && !near_layers_.empty())
            add_lists(tables_, block, near->lists, near->nearest, sure, to);
        const at::Tensor host = near->unsure.nonzero().flatten().cpu().contiguous();
        const auto* first = host.data_ptr<std::int64_t>();
        host_rows_.add(block, {first, first + host.numel()}, sums_, pending);
    }

    [[nodiscard]] std::unique_ptr<Near> look_near(Block& block) const {
        auto near = std::make_unique<Near>();
        const std::size_t k = plan_.ks.back();
        const bool sets = plan_.overlap || plan_.jaccard;
        const std::size_t needed = sets ? OverlapCounter::neighbours_needed(k, rows_.image_at.size()) : k;
        const Candidates all = all_.of(block.query);
        near->nearest = distances_and_nearest(rows_, block, all, near_layers_, length(needed, all));
        if (near_layers_.empty()) { // constant layers alone: nothing is near anything
            near->unsure = at::ones_like(near->nearest.lost);
            return near;
        }
        near->lists = near_lists(rows_, block, all, near->nearest, near_layers_);
        near->unsure = near->lists.unsure;
        if (plan_.imbalance) {
            near->ranks = block_ranks(plan_, rows_, block, all, near->lists);
            near->unsure = near->unsure.logical_or(near->ranks->unsure);
        }
        task_.check();
        if (sets) {
            near->overlaps = std::make_unique<BlockOverlaps>(
                rows_, near->lists, tables_.tenth_of,
                tables_.grains.jackknife ? tables_.grains.jackknife_size : std::vector<std::size_t>());
            near->unsure = near->unsure.logical_or(near->overlaps->too_short(k));
        }
        if (plan_.listed > 0) { // a tie at the last place is for the engine to settle
            const auto listed = static_cast<std::int64_t>(plan_.listed);
            near->unsure = near->unsure.logical_or((near->lists.end.select(2, listed - 1) > listed).any(0));
        }
        if (plan_.imbalance && groups_.largest_k > 0) {
            near->group = groups_.of(block.query);
            const Nearest found =
                nearest(rows_, block, near->group, near_layers_, length(groups_.largest_k, groups_));
            const NearLists lists = near_lists(rows_, block, near->group, found, near_layers_);
            near->ranks_in_group = block_ranks(plan_, rows_, block, near->group, lists);
            near->unsure = near->unsure.logical_or(near->ranks_in_group->unsure);
        }
        return near;
    }

    // How many places to list.
    [[nodiscard]] std::int64_t length(std::size_t needed, const Candidates& among) const {
        return std::min(static_cast<std::int64_t>(needed + spare_), among.longest - 1);
    }

    const PassPlan& plan_;
    const Task& task_;
    const DeviceRows& rows_;
    Tables tables_;
    HostRows host_rows_;
    std::vector<std::uint32_t> queries_; // images in the order of the pass
    PassSums& sums_;
    std::size_t& rows_that_fit_;
    std::optional<BlockKernels> kernels_;
    std::vector<std::int64_t> near_layers_;
    std::size_t spare_ = 0;
    Candidates all_;    // by column
    Candidates groups_; // by column
};

} // namespace

void torch_pass(const PassPlan& plan, const DeviceRows& rows, const Task& task, const PassWatcher& watcher,
                DeviceSums& sums) {
    telling_the_engine(rows.device, [&] { TorchPass(plan, rows, task, sums).run(watcher); });
}

} // namespace stratoscope::engine::torch_device
