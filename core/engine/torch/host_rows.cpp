#include "core/base/thread_pool.h"
#include "core/engine/torch/host_rows_internal.h"

#include <ATen/record_function.h>

#include <algorithm>

namespace stratoscope::engine::torch_device {
namespace {

constexpr std::size_t grain_rows = 16;

PassPlan without_kernels(PassPlan plan) {
    plan.kernels.clear();
    return plan;
}

} // namespace

HostRows::HostRows(const PassPlan& plan, const DeviceRows& rows, const Task& task)
    : task_(task), rows_(rows), plan_(without_kernels(plan)), tables_(plan_, rows.image_at) {
    for (std::size_t worker = 0; worker < task.pool.size(); ++worker)
        workers_.emplace_back(plan_, tables_);
}

void HostRows::add(const Block& block, const std::vector<std::int64_t>& rows, PassSums& sums,
                   std::vector<GrainSums>& pending) {
    RECORD_USER_SCOPE("rows done by the processors");
    const std::size_t layers = rows_.layers();
    const std::size_t images = rows_.image_at.size();
    for (std::size_t first = 0; first < rows.size(); first += grain_rows * workers_.size()) {
        task_.check();
        const std::size_t count = std::min(grain_rows * workers_.size(), rows.size() - first);
        const std::vector<std::int64_t> some(rows.begin() + static_cast<std::ptrdiff_t>(first),
                                             rows.begin() + static_cast<std::ptrdiff_t>(first + count));
        const at::Tensor index = rows_.numbers(some);
        std::vector<at::Tensor> values;
        values.reserve(layers);
        for (std::size_t l = 0; l < layers; ++l)
            values.push_back(block.values[static_cast<std::int64_t>(l)]
                                 .index_select(0, index)
                                 .to(at::kFloat)
                                 .cpu()
                                 .contiguous());
        const std::size_t grains = (count + grain_rows - 1) / grain_rows;
        std::vector<GrainSums> found(grains, GrainSums(plan_, tables_));
        task_.pool.parallel_for(grains, [&](std::size_t grain, std::size_t worker) {
            GrainRows row{std::vector<const float*>(layers), std::vector<const float*>(layers, nullptr)};
            for (std::size_t r = grain * grain_rows; r < std::min(count, (grain + 1) * grain_rows); ++r) {
                task_.check();
                for (std::size_t l = 0; l < layers; ++l)
                    row.values[l] = values[l].data_ptr<float>() + r * images;
                const std::int64_t column = block.columns[static_cast<std::size_t>(some[r])];
                workers_[worker].add_distances(static_cast<std::size_t>(column), row, sums, found[grain]);
            }
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
