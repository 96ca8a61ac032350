#include "core/base/thread_pool.h"
#include "core/engine/torch/host_rows_internal.h"

#include <ATen/record_function.h>

#include <algorithm>

namespace stratoscope::engine::torch_device {
namespace {

// In memory at a time for each thread. Each is a grain of its own: there are few, and they take long.
constexpr std::size_t rows_of_a_thread = 4;

PassPlan without_kernels(PassPlan plan) {
    plan.kernels.clear();
    return plan;
}

} // namespace

HostRows::HostRows(const PassPlan& plan, const DeviceRows& rows, const Task& task)
    : task_(task), rows_(rows), plan_(without_kernels(plan)), tables_(plan_, rows.image_at) {
    for (std::size_t worker = 0; worker < task.pool.size(); ++worker)
        workers_.emplace_back(plan_, tables_, task_);
    std::vector<double> typical;
    for (const auto& layer : plan.layers)
        typical.push_back(static_cast<double>(layer->typical_squared_distance()));
    typical_ = at::tensor(at::ArrayRef<double>(typical.data(), typical.size()), at::kDouble)
                   .view({-1, 1, 1})
                   .to(rows.device);
}

void HostRows::add(const Block& block, const std::vector<std::int64_t>& rows, PassSums& sums,
                   std::vector<GrainSums>& pending) {
    RECORD_USER_SCOPE("rows done by the processors");
    const std::size_t layers = rows_.layers();
    const std::size_t images = rows_.image_at.size();
    const std::size_t together = rows_of_a_thread * workers_.size();
    for (std::size_t first = 0; first < rows.size(); first += together) {
        task_.check();
        const std::size_t count = std::min(together, rows.size() - first);
        const std::vector<std::int64_t> some(rows.begin() + static_cast<std::ptrdiff_t>(first),
                                             rows.begin() + static_cast<std::ptrdiff_t>(first + count));
        const at::Tensor values = block.values.index_select(1, rows_.numbers(some))
                                      .sub_(typical_)
                                      .to(at::kFloat)
                                      .cpu()
                                      .contiguous();
        std::vector<GrainSums> found(count, GrainSums(plan_, tables_));
        task_.pool.parallel_for(count, [&](std::size_t r, std::size_t worker) {
            task_.check();
            GrainRows row{std::vector<const float*>(layers), std::vector<const float*>(layers, nullptr)};
            for (std::size_t l = 0; l < layers; ++l)
                row.values[l] = values.data_ptr<float>() + (l * count + r) * images;
            const std::int64_t column = block.columns[static_cast<std::size_t>(some[r])];
            workers_[worker].add_distances(static_cast<std::size_t>(column), row, sums, found[r]);
            workers_[worker].finish(sums);
        });
        pending.insert(pending.end(), found.begin(), found.end());
    }
}

std::uint64_t HostRows::rechecks() const {
    std::uint64_t all = 0;
    for (const GrainWorker& worker : workers_)
        all += worker.rechecks();
    return all;
}

} // namespace stratoscope::engine::torch_device
