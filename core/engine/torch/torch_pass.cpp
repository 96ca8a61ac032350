// Idea: for a block of query rows, everything that the plan asks is a few operations on whole tensors: one
// product a layer, the nearest by topk, ranks by counting (count_below), sums by small products. Products are
// in float64, so that two distances which come out too close to call are really equal, or so nearly that one
// image in millions has such a pair; a row with any goes back to the processor, where the engine's own code
// (GrainWorker) does all of it. So the device knows nothing of rechecks, and ranks are the same as the
// engine's.
#include "core/base/thread_pool.h"
#include "core/engine/grain.h"
#include "core/engine/shrinking_blocks.h"
#include "core/engine/torch/block_kernels_internal.h"
#include "core/engine/torch/block_overlaps_internal.h"
#include "core/engine/torch/block_ranks_internal.h"
#include "core/engine/torch/torch_pass_internal.h"

#include <ATen/record_function.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <new>
#include <string_view>

namespace stratoscope::engine::torch_device {
namespace {

constexpr std::size_t grain_rows = 16;
constexpr std::size_t most_rows = 2048;
// For the distances of a block on a GPU: enough rows to keep it busy, and a tenth of a large one's memory.
constexpr std::size_t gpu_block_bytes = std::size_t{8} << 30;
// Places beyond the k nearest, so that ties at the k-th place are seen whole; more of them where ties are the
// rule.
constexpr std::size_t spare_places = 16;
constexpr std::size_t spare_places_of_ties = 112;

// What ATen throws when memory is full, whichever device it is on.
bool is_full(const c10::Error& error) {
    if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr)
        return true;
    const std::string_view words = error.what_without_backtrace();
    return words.find("out of memory") != std::string_view::npos ||
           words.find("not enough memory") != std::string_view::npos ||
           words.find("can't allocate memory") != std::string_view::npos;
}

template <class Work>
void telling_when_full(const Work& work) {
    try {
        work();
    } catch (const c10::Error& error) {
        if (is_full(error))
            throw DeviceFull(error.what_without_backtrace());
        throw Error(ErrorKind::internal,
                    {.what = "LibTorch failed", .found = error.what_without_backtrace()});
    } catch (const std::bad_alloc&) {
        throw DeviceFull("no memory is left");
    }
}

void add(const at::Tensor& sum, Matrix<double>& to) {
    const at::Tensor host = sum.cpu().contiguous();
    const auto* from = host.data_ptr<double>();
    for (std::size_t i = 0; i < to.values().size(); ++i)
        to.data()[i] += from[i];
}

at::Tensor on_host(const at::Tensor& tensor, at::ScalarType type) {
    return tensor.to(type).cpu().contiguous();
}

class TorchPass {
  public:
    TorchPass(const PassPlan& plan, const at::Device& device, const Task& task)
        : plan_(plan), task_(task.part(0.05, 1.0)), rows_(plan, device, task.part(0.0, 0.05)),
          tables_(plan, rows_.image_at), near_plan_(without_kernels(plan)),
          near_tables_(near_plan_, rows_.image_at), queries_(shuffled(rows_.image_at.size(), plan.seed)),
          sums_(tables_.empty_sums()) {
        for (std::size_t worker = 0; worker < task.pool.size(); ++worker)
            workers_.emplace_back(near_plan_, near_tables_);
        bool ties = false;
        for (std::size_t l = 0; l < rows_.layers(); ++l)
            if (plan.roles.source[l] && !rows_.constant[l]) {
                near_layers_.push_back(static_cast<std::int64_t>(l));
                ties = ties || rows_.doubt[l] == 0.0;
            }
        spare_ = ties ? spare_places_of_ties : spare_places;
        std::vector<std::uint32_t> all = file_order(rows_.image_at.size());
        whole_ = rows_.column_set(plan, all, plan.ks);
        for (std::size_t group = 0; group < tables_.members.size(); ++group) {
            std::vector<std::size_t> ks;
            for (const auto& by_group : tables_.subset_k)
                ks.push_back(by_group[group]);
            subsets_.push_back(tables_.members[group].empty()
                                   ? ColumnSet{}
                                   : rows_.column_set(plan, tables_.members[group], std::move(ks)));
        }
        if (tables_.jackknife) {
            std::vector<std::int64_t> tenths(tables_.jackknife_group.begin(), tables_.jackknife_group.end());
            tenth_of_ = at::tensor(tenths, at::kLong).to(device);
        }
    }

    void run(const PassWatcher& watcher) {
        in_shrinking_blocks(
            queries_.size(), sizes(),
            [&](Range queries) {
                telling_when_full([&] { add_block(queries); });
                sums_.done = queries.end();
                sums_.rechecks = 0;
                for (const GrainWorker& worker : workers_)
                    sums_.rechecks += worker.rechecks();
                task_.report(static_cast<double>(sums_.done) / static_cast<double>(queries_.size()),
                             "comparing");
                if (watcher)
                    watcher(sums_);
            },
            [&] { task_.check(); });
    }

    [[nodiscard]] PassSums take() { return std::move(sums_); }

  private:
    // Of the rows in a block, all that is near: what may be wrong is in `unsure`, and no sum has it.
    struct Near {
        NearLists lists;
        BlockRanks ranks;
        std::vector<BlockRanks> subset_ranks; // by error group
        std::vector<at::Tensor> subset_rows;  // by error group: rows of the block, int64
        std::unique_ptr<BlockOverlaps> overlaps;
        at::Tensor unsure;
    };

    static PassPlan without_kernels(PassPlan plan) {
        plan.kernels.clear();
        return plan;
    }

    [[nodiscard]] BlockSizes sizes() const {
        const std::size_t budget = rows_.device.is_cuda() ? gpu_block_bytes : plan_.block_bytes;
        // Distances and kernels of all layers, some temporary tensors of one.
        const std::size_t tensors = rows_.layers() * (plan_.kernels.empty() ? 1 : 2) + 5;
        const std::size_t row =
            checked_product(tensors * sizeof(double), queries_.size(), "a row of distances");
        return {std::max(2 * grain_rows, queries_.size() / 160),
                std::clamp(budget / row / grain_rows * grain_rows, grain_rows, most_rows), grain_rows};
    }

    void add_block(Range queries) {
        task_.check();
        std::vector<std::int64_t> columns;
        for (std::size_t r = queries.first; r < queries.end(); ++r)
            columns.push_back(rows_.column_of[queries_[r]]);
        const at::Tensor query = at::tensor(columns, at::kLong).to(rows_.device);
        // Added to the whole when nothing can fail any more: a block that does not fit is tried again.
        GrainSums block(plan_, tables_);
        std::vector<GrainSums> pending; // of rows done by the engine's own code

        at::Tensor values = products(query);
        add_kernels(true, values, query, columns, block);
        to_distances(values, query);
        add_kernels(false, values, query, columns, block);
        if (!plan_.ks.empty()) {
            const BlockDistances distances = block_distances(values, query);
            add_near(distances, columns, block, pending);
        }
        block.add_to(sums_);
        for (const GrainSums& grain : pending)
            grain.add_to(sums_);
    }

    [[nodiscard]] at::Tensor products(const at::Tensor& query) {
        RECORD_USER_SCOPE("products");
        at::Tensor values =
            at::empty({static_cast<std::int64_t>(rows_.layers()), query.size(0), rows_.images()},
                      rows_.squared_lengths.options());
        for (std::size_t l = 0; l < rows_.layers(); ++l) {
            at::Tensor out = values[static_cast<std::int64_t>(l)];
            at::mm_out(out, rows_.rows[l].index_select(0, query), rows_.rows[l].t());
        }
        return values;
    }

    // In place.
    void to_distances(at::Tensor& values, const at::Tensor& query) {
        RECORD_USER_SCOPE("distances");
        const at::Tensor itself = query.unsqueeze(1);
        for (std::size_t l = 0; l < rows_.layers(); ++l) {
            const auto layer = static_cast<std::int64_t>(l);
            const at::Tensor& lengths = rows_.squared_lengths[layer];
            at::Tensor d2 = values[layer];
            d2.mul_(-2.0)
                .add_(lengths.index_select(0, query).unsqueeze(1))
                .add_(lengths.unsqueeze(0))
                .clamp_min_(0.0);
            if (rows_.has_twins[l]) {
                const at::Tensor& group = rows_.twin_group[layer];
                const at::Tensor own = group.index_select(0, query).unsqueeze(1);
                d2.masked_fill_((group.unsqueeze(0) == own).logical_and(own > 0), 0.0);
            }
            d2.scatter_(1, itself, std::numeric_limits<double>::infinity());
        }
    }

    [[nodiscard]] BlockDistances block_distances(const at::Tensor& values, const at::Tensor& query) const {
        BlockDistances out;
        for (std::size_t l = 0; l < rows_.layers(); ++l)
            out.d2.push_back(values[static_cast<std::int64_t>(l)]);
        out.lengths = rows_.squared_lengths.index_select(1, query);
        if (rows_.twin_group.defined())
            out.twin_group = rows_.twin_group.index_select(1, query);
        return out;
    }

    void add_kernels(bool from_products, const at::Tensor& values, const at::Tensor& query,
                     const std::vector<std::int64_t>& columns, GrainSums& block) {
        RECORD_USER_SCOPE("kernels");
        const std::size_t layers = rows_.layers();
        for (std::size_t at = 0; at < plan_.kernels.size(); ++at) {
            if (takes_products(plan_.kernels[at].kernel) != from_products)
                continue;
            task_.check();
            const BlockKernelSums found = block_kernel_sums(plan_.kernels[at], rows_, values, query);
            KernelSums& out = sums_.kernels[at];
            const auto* row_sum = found.row_sum.data_ptr<double>();
            const auto* product = found.row_product.data_ptr<double>();
            for (const std::int64_t column : columns) {
                const std::uint32_t image = rows_.image_at[static_cast<std::size_t>(column)];
                for (std::size_t l = 0; l < layers; ++l) {
                    out.row_sum(image, l) = *row_sum++;
                    out.diagonal(image, l) =
                        kernel_diagonal(plan_.kernels[at], l, plan_.layers[l]->squared_lengths()[image]);
                }
                for (std::size_t a = 0; a < layers; ++a)
                    for (std::size_t b = a; b < layers; ++b) {
                        block.products[at](a, b) += *product;
                        out.row_product(image, KernelSums::pair(a, b, layers)) =
                            static_cast<float>(*product++);
                    }
                out.done[image] = 1;
            }
        }
    }

    [[nodiscard]] Near look_near(const BlockDistances& distances, const std::vector<std::int64_t>& columns) {
        Near near;
        const std::size_t k = plan_.ks.back();
        const bool sets = plan_.overlap || plan_.jaccard;
        const std::size_t needed =
            (sets ? OverlapCounter::neighbours_needed(k, rows_.image_at.size()) : k) + spare_;
        near.lists = near_lists(rows_, whole_, distances, near_layers_, static_cast<std::int64_t>(needed));
        near.unsure = near.lists.unsure;
        if (plan_.imbalance) {
            near.ranks = block_ranks(plan_, rows_, whole_, distances, near.lists);
            near.unsure = near.unsure.logical_or(near.ranks.unsure);
        }
        task_.check();
        if (sets) {
            near.overlaps = std::make_unique<BlockOverlaps>(rows_, near.lists, tenth_of_,
                                                            tables_.jackknife ? tables_.jackknife_size
                                                                              : std::vector<std::size_t>());
            for (const std::size_t each : plan_.ks)
                near.unsure = near.unsure.logical_or(near.overlaps->too_short(each));
        }
        if (plan_.listed > 0) { // a tie at the last place is for the engine to settle
            const auto listed = static_cast<std::int64_t>(plan_.listed);
            near.unsure = near.unsure.logical_or((near.lists.end.select(2, listed - 1) > listed).any(0));
        }
        if (plan_.imbalance)
            look_near_in_subsets(distances, columns, near);
        return near;
    }

    void look_near_in_subsets(const BlockDistances& distances, const std::vector<std::int64_t>& columns,
                              Near& near) {
        RECORD_USER_SCOPE("subsets");
        for (const ColumnSet& subset : subsets_)
            look_near_in(subset, distances, columns, near);
    }

    // The rows of the block that belong to an error group, among that group alone.
    void look_near_in(const ColumnSet& subset, const BlockDistances& distances,
                      const std::vector<std::int64_t>& columns, Near& near) {
        BlockRanks& ranks = near.subset_ranks.emplace_back();
        at::Tensor& index = near.subset_rows.emplace_back();
        std::vector<std::int64_t> members;
        for (std::size_t r = 0; r < columns.size(); ++r)
            if (columns[r] >= subset.first && columns[r] < subset.first + subset.count)
                members.push_back(static_cast<std::int64_t>(r));
        const std::size_t k = subset.ks.empty() ? 0 : *std::ranges::max_element(subset.ks);
        if (members.empty() || k == 0)
            return;
        index = at::tensor(members, at::kLong).to(rows_.device);
        BlockDistances inside;
        for (const at::Tensor& d2 : distances.d2)
            inside.d2.push_back(d2.narrow(1, subset.first, subset.count).index_select(0, index));
        inside.lengths = distances.lengths.index_select(1, index);
        if (distances.twin_group.defined())
            inside.twin_group = distances.twin_group.index_select(1, index);
        const NearLists lists =
            near_lists(rows_, subset, inside, near_layers_, static_cast<std::int64_t>(k + spare_));
        ranks = block_ranks(plan_, rows_, subset, inside, lists);
        near.unsure.index_put_({index}, near.unsure.index({index}).logical_or(ranks.unsure));
    }

    void add_near(const BlockDistances& distances, const std::vector<std::int64_t>& columns, GrainSums& block,
                  std::vector<GrainSums>& pending) {
        if (near_layers_.empty()) { // constant layers alone: nothing is near anything
            std::vector<std::int64_t> all(columns.size());
            for (std::size_t r = 0; r < all.size(); ++r)
                all[r] = static_cast<std::int64_t>(r);
            add_on_host(distances, columns, all, pending);
            return;
        }
        const Near near = look_near(distances, columns);
        const at::Tensor sure = near.unsure.logical_not();
        if (plan_.imbalance)
            add_imbalance(near, sure, columns, block);
        if (near.overlaps)
            add_overlaps(near, sure, columns, block);
        if (plan_.listed > 0)
            add_lists(near, sure, columns);
        const at::Tensor host = on_host(near.unsure.nonzero().flatten(), at::kLong);
        const auto* first = host.data_ptr<std::int64_t>();
        add_on_host(distances, columns, {first, first + host.numel()}, pending);
    }

    // Σ over the rows that count of (row, a, b).
    [[nodiscard]] static at::Tensor sum_of(const at::Tensor& values, const at::Tensor& counts) {
        return at::where(counts.view({-1, 1, 1}), values, at::zeros({1}, values.options())).sum(0);
    }

    void add_imbalance(const Near& near, const at::Tensor& sure, const std::vector<std::int64_t>& columns,
                       GrainSums& block) {
        RECORD_USER_SCOPE("imbalance sums");
        const std::size_t layers = rows_.layers();
        at::Tensor others =
            at::zeros({static_cast<std::int64_t>(layers), static_cast<std::int64_t>(layers)}, at::kDouble);
        std::size_t asked = 0;
        for (std::size_t a = 0; a < layers; ++a)
            for (std::size_t b = 0; b < layers; ++b)
                if (plan_.roles.source[a] && plan_.roles.target[b]) {
                    ++asked;
                    others.data_ptr<double>()[a * layers + b] = a == b ? 0.0 : 1.0;
                }
        others = others.to(rows_.device);
        const at::Tensor host_sure = on_host(sure, at::kBool);
        const bool* is_sure = host_sure.data_ptr<bool>();
        block.thresholds += asked * plan_.ks.back() *
                            static_cast<std::size_t>(std::count(is_sure, is_sure + columns.size(), true));
        for (std::size_t at = 0; at < plan_.ks.size(); ++at) {
            const at::Tensor& c = near.ranks.divergence[at];
            add(sum_of(c, sure), block.imbalance[at].sum);
            add(sum_of(c.square(), sure), block.imbalance[at].squared_sum);
            for (std::size_t group = 0; group < subsets_.size(); ++group)
                if (near.subset_rows[group].defined() && near.subset_ranks[group].divergence[at].defined())
                    add(sum_of(near.subset_ranks[group].divergence[at],
                               sure.index({near.subset_rows[group]})),
                        block.imbalance[at].subset_sum[group]);
            const at::Tensor between = c * others;
            const at::Tensor from = on_host(between.sum(2) / others.sum(1).clamp_min(1.0), at::kFloat);
            const at::Tensor to = on_host(between.sum(1) / others.sum(0).clamp_min(1.0), at::kFloat);
            const at::Tensor overall = on_host(between.sum({1, 2}) / others.sum().clamp_min(1.0), at::kFloat);
            for (std::size_t r = 0; r < columns.size(); ++r) {
                if (!is_sure[r])
                    continue;
                const std::uint32_t image = rows_.image_at[static_cast<std::size_t>(columns[r])];
                std::copy_n(from.data_ptr<float>() + r * layers, layers,
                            sums_.imbalance[at].image_from.row(image).begin());
                std::copy_n(to.data_ptr<float>() + r * layers, layers,
                            sums_.imbalance[at].image_to.row(image).begin());
                sums_.imbalance[at].image_overall[image] = overall.data_ptr<float>()[r];
            }
        }
    }

    void add_overlaps(const Near& near, const at::Tensor& sure, const std::vector<std::int64_t>& columns,
                      GrainSums& block) {
        RECORD_USER_SCOPE("overlaps");
        const at::Tensor query = at::tensor(columns, at::kLong).to(rows_.device);
        const auto jaccard = [](const at::Tensor& overlap) { return overlap / (2.0 - overlap); };
        for (std::size_t at = 0; at < plan_.ks.size(); ++at) {
            const at::Tensor all = near.overlaps->overlap(plan_.ks[at], -1).triu();
            const auto add_both = [&](const at::Tensor& values, GrainSums::Overlap& to) {
                add(sum_of(values, sure), to.sum);
                add(sum_of(values.square(), sure), to.squared_sum);
            };
            if (plan_.overlap)
                add_both(all, block.overlap[at]);
            if (plan_.jaccard)
                add_both(jaccard(all), block.jaccard[at]);
            const std::size_t tenths = tables_.jackknife ? tables_.jackknife_size.size() : 0;
            for (std::size_t tenth = 0; tenth < tenths; ++tenth) {
                task_.check();
                const auto left_out = static_cast<std::int64_t>(tenth);
                const at::Tensor counts = sure.logical_and(tenth_of_.index({query}) != left_out);
                const at::Tensor left = near.overlaps->overlap(plan_.ks[at], left_out).triu();
                if (plan_.overlap)
                    add(sum_of(left, counts), block.overlap[at].without[tenth]);
                if (plan_.jaccard)
                    add(sum_of(jaccard(left), counts), block.jaccard[at].without[tenth]);
            }
        }
    }

    void add_lists(const Near& near, const at::Tensor& sure, const std::vector<std::int64_t>& columns) {
        RECORD_USER_SCOPE("lists");
        const auto k = plan_.listed;
        const at::Tensor places =
            on_host(near.lists.place.narrow(2, 0, static_cast<std::int64_t>(k)), at::kLong);
        const at::Tensor host_sure = on_host(sure, at::kBool);
        const auto* place = places.data_ptr<std::int64_t>();
        for (std::size_t s = 0; s < near_layers_.size(); ++s) {
            const auto l = static_cast<std::size_t>(near_layers_[s]);
            task_.pool.parallel_for(columns.size(), [&](std::size_t r, std::size_t) {
                if (!host_sure.data_ptr<bool>()[r])
                    return;
                const std::uint32_t image = rows_.image_at[static_cast<std::size_t>(columns[r])];
                for (std::size_t position = 0; position < k; ++position) {
                    const auto column = place[(s * columns.size() + r) * k + position];
                    const std::uint32_t near_image = rows_.image_at[static_cast<std::size_t>(column)];
                    sums_.neighbours.image[l](image, position) = near_image;
                    sums_.neighbours.product[l](image, position) =
                        plan_.layers[l]->exact_product(image, near_image);
                }
            });
        }
    }

    // Rows of the block that the device could not settle, by the engine's own code.
    void add_on_host(const BlockDistances& distances, const std::vector<std::int64_t>& columns,
                     const std::vector<std::int64_t>& rows, std::vector<GrainSums>& pending) {
        RECORD_USER_SCOPE("rows done by the processors");
        const std::size_t layers = rows_.layers();
        const std::size_t images = rows_.image_at.size();
        for (std::size_t first = 0; first < rows.size(); first += grain_rows * workers_.size()) {
            task_.check();
            const std::size_t count = std::min(grain_rows * workers_.size(), rows.size() - first);
            const std::vector<std::int64_t> some(rows.begin() + static_cast<std::ptrdiff_t>(first),
                                                 rows.begin() + static_cast<std::ptrdiff_t>(first + count));
            const at::Tensor index = at::tensor(some, at::kLong).to(rows_.device);
            std::vector<at::Tensor> values;
            values.reserve(layers);
            for (const at::Tensor& d2 : distances.d2)
                values.push_back(on_host(d2.index_select(0, index), at::kFloat));
            const std::size_t grains = (count + grain_rows - 1) / grain_rows;
            std::vector<GrainSums> found(grains, GrainSums(near_plan_, near_tables_));
            task_.pool.parallel_for(grains, [&](std::size_t grain, std::size_t worker) {
                GrainRows row{std::vector<const float*>(layers), std::vector<const float*>(layers, nullptr)};
                for (std::size_t r = grain * grain_rows; r < std::min(count, (grain + 1) * grain_rows); ++r) {
                    task_.check();
                    for (std::size_t l = 0; l < layers; ++l)
                        row.values[l] = values[l].data_ptr<float>() + r * images;
                    workers_[worker].add_distances(
                        static_cast<std::size_t>(columns[static_cast<std::size_t>(some[r])]), row, sums_,
                        found[grain]);
                }
            });
            pending.insert(pending.end(), found.begin(), found.end());
        }
    }

    const PassPlan& plan_;
    Task task_;
    DeviceRows rows_;
    GrainTables tables_;
    PassPlan near_plan_;
    GrainTables near_tables_;
    std::vector<std::uint32_t> queries_; // images in the order of the pass
    PassSums sums_;
    std::vector<GrainWorker> workers_;
    std::vector<std::int64_t> near_layers_;
    std::size_t spare_ = 0;
    ColumnSet whole_;
    std::vector<ColumnSet> subsets_;
    at::Tensor tenth_of_; // (column)
};

} // namespace

PassSums torch_pass(const PassPlan& plan, const at::Device& device, const Task& task,
                    const PassWatcher& watcher) {
    const c10::InferenceMode no_gradients;
    try {
        PassSums sums;
        // Sending the rows may fill the device too; then no block size helps.
        std::unique_ptr<TorchPass> pass;
        telling_when_full([&] { pass = std::make_unique<TorchPass>(plan, device, task); });
        pass->run(watcher);
        return pass->take();
    } catch (const DeviceFull& full) {
        throw Error(ErrorKind::out_of_memory, {.what = "the device's memory is full",
                                               .where = device.str(),
                                               .found = full.what(),
                                               .advice = "Ask for fewer layers or images"});
    }
}

} // namespace stratoscope::engine::torch_device
