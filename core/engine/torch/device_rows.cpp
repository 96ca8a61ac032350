#include "core/base/thread_pool.h"
#include "core/engine/torch/device_rows_internal.h"

#include <ATen/record_function.h>

#include <algorithm>
#include <numeric>

namespace stratoscope::engine::torch_device {
namespace {

constexpr std::int64_t rows_at_a_time = 1024; // between two looks at the cancellation

// Sum and rounding of a float64 product of D terms: off by at most D u ‖x‖‖y‖ in any order of summation
// (Higham, Accuracy and Stability of Numerical Algorithms, 3.1), and so are the lengths: together 2D u (‖x‖²
// + ‖y‖²), and some u for rounding the shifted rows. Both distances compared are off, and the second row's
// length is bounded by the first's and the distance.
double doubt_of(const PreparedLayer& layer) {
    if (layer.exact_products())
        return 0.0;
    return 2.1 * (2.0 * static_cast<double>(layer.dimension()) + 16.0) * 0x1p-53;
}

// Sent as they are converted: the copy to the device runs beside the conversion of the next rows. Pinned
// memory of a former copy is used again only when that copy is done (ATen's own cache sees to it).
at::Tensor uploaded(const PreparedLayer& layer, std::span<const std::uint32_t> image_at, at::Device device,
                    const Task& task) {
    RECORD_USER_SCOPE("sending");
    const auto images = static_cast<std::int64_t>(layer.images());
    const auto dimension = static_cast<std::int64_t>(layer.dimension());
    at::Tensor rows = at::empty({images, dimension}, at::TensorOptions().dtype(at::kDouble).device(device));
    for (std::int64_t first = 0; first < images; first += rows_at_a_time) {
        task.check();
        const std::int64_t count = std::min(rows_at_a_time, images - first);
        at::Tensor staged = at::empty({count, dimension},
                                      at::TensorOptions().dtype(at::kDouble).pinned_memory(device.is_cuda()));
        auto* values = staged.data_ptr<double>();
        task.pool.parallel_for(static_cast<std::size_t>(count), [&](std::size_t r, std::size_t) {
            layer.working_row(image_at[static_cast<std::size_t>(first) + r],
                              std::span(values + r * layer.dimension(), layer.dimension()));
        });
        rows.narrow(0, first, count).copy_(staged, true);
    }
    return rows;
}

std::vector<std::uint32_t> grouped_order(const PassPlan& plan, std::size_t images) {
    std::vector<std::uint32_t> order = shuffled(images, plan.seed);
    if (plan.imbalance && !plan.error_group.empty())
        std::ranges::stable_sort(order, {}, [&](std::uint32_t image) { return plan.error_group[image]; });
    return order;
}

} // namespace

DeviceRows::DeviceRows(const PassPlan& plan, const at::Device& on, const Task& task)
    : device(on), image_at(grouped_order(plan, plan.layers.front()->images())), column_of(image_at.size()) {
    for (std::size_t column = 0; column < image_at.size(); ++column)
        column_of[image_at[column]] = static_cast<std::int64_t>(column);
    at::Tensor groups = at::zeros({static_cast<std::int64_t>(plan.layers.size()), images()}, at::kInt);
    auto* group_of = groups.data_ptr<std::int32_t>();
    std::vector<at::Tensor> lengths;
    for (std::size_t l = 0; l < plan.layers.size(); ++l) {
        const PreparedLayer& layer = *plan.layers[l];
        rows.push_back(uploaded(layer, image_at, device, task));
        lengths.push_back(rows.back().square().sum(1));
        constant.push_back(layer.constant());
        doubt.push_back(doubt_of(layer));
        // A group goes by its first image.
        bool any = false;
        for (std::size_t column = 0; column < image_at.size(); ++column)
            if (const auto twins = layer.twins(image_at[column]); !twins.empty()) {
                group_of[l * image_at.size() + column] = static_cast<std::int32_t>(twins.front() + 1);
                any = true;
            }
        has_twins.push_back(any);
        task.report(static_cast<double>(l + 1) / static_cast<double>(plan.layers.size()), "sending layers");
    }
    squared_lengths = at::stack(lengths);
    if (std::ranges::find(has_twins, true) != has_twins.end())
        twin_group = groups.to(device);
}

ColumnSet DeviceRows::column_set(const PassPlan& plan, std::span<const std::uint32_t> columns,
                                 std::vector<std::size_t> ks) const {
    ColumnSet set;
    set.first = columns.front();
    set.count = static_cast<std::int64_t>(columns.size());
    set.ks = std::move(ks);
    if (!twin_group.defined())
        return set;
    at::Tensor counts = at::ones({static_cast<std::int64_t>(layers()), set.count}, at::kInt);
    auto* count = counts.data_ptr<std::int32_t>();
    std::vector<bool> member(image_at.size(), false);
    for (const std::uint32_t column : columns)
        member[image_at[column]] = true;
    for (std::size_t l = 0; l < layers(); ++l)
        for (std::size_t c = 0; has_twins[l] && !constant[l] && c < columns.size(); ++c)
            if (const auto twins = plan.layers[l]->twins(image_at[columns[c]]); !twins.empty())
                count[l * columns.size() + c] = static_cast<std::int32_t>(
                    std::ranges::count_if(twins, [&](std::uint32_t image) { return member[image]; }));
    set.twins = counts.to(device);
    return set;
}

} // namespace stratoscope::engine::torch_device
