#include "core/engine/torch/nearest_internal.h"
#include "core/engine/torch/nearest_kernel.h"
#include "core/engine/torch/nearest_steps.h"
#include "core/engine/torch/own_kernels_internal.h"

#include <ATen/record_function.h>

#include <limits>
#include <utility>

namespace stratoscope::engine::torch_device {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

#ifdef STRATOSCOPE_CUDA_KERNELS
Nearest by_kernel(const DeviceRows& rows, const Block& block, bool products, const Candidates& among,
                  const std::vector<std::int64_t>& layers, std::int64_t places) {
    const auto listed = static_cast<std::int64_t>(layers.size());
    const auto options = block.values.options();
    Nearest out{at::empty({listed, block.rows(), places}, options),
                at::empty({listed, block.rows(), places}, options.dtype(at::kLong)),
                at::zeros({block.rows()}, options.dtype(at::kBool))};
    std::vector<std::int32_t> listed_at(rows.layers(), -1);
    for (std::size_t at = 0; at < layers.size(); ++at)
        listed_at[static_cast<std::size_t>(layers[at])] = static_cast<std::int32_t>(at);
    const at::Tensor listed_on_device = at::tensor(listed_at, at::kInt).to(rows.device);
    const nearest::Question question{
        .values = block.values.data_ptr<double>(),
        .products = products,
        .layers = block.values.size(0),
        .rows = block.rows(),
        .columns = rows.images(),
        .squared_length = rows.squared_lengths.data_ptr<double>(),
        .itself = block.query.data_ptr<std::int64_t>(),
        .twin_group = rows.twin_group.defined() ? rows.twin_group.data_ptr<std::int32_t>() : nullptr,
        .first = among.first.data_ptr<std::int64_t>(),
        .size = among.count.data_ptr<std::int64_t>(),
        .listed = listed_on_device.data_ptr<std::int32_t>(),
        .places = listed == 0 ? 0 : places,
        .near_value = out.value.data_ptr<double>(),
        .near_column = out.place.data_ptr<std::int64_t>(),
        .lost = out.lost.data_ptr<bool>()};
    start_kernel(rows.device, "find the nearest",
                 [&](void* stream) { return nearest::launch(question, stream); });
    return out;
}
#endif

} // namespace

void to_distances_by_aten(const DeviceRows& rows, Block& block) {
    const at::Tensor itself = block.query.unsqueeze(1);
    for (std::size_t l = 0; l < rows.layers(); ++l) {
        const auto layer = static_cast<std::int64_t>(l);
        at::Tensor d2 = block.values[layer];
        d2.mul_(-2.0)
            .add_(block.squared_lengths[layer].unsqueeze(1))
            .add_(rows.squared_lengths[layer].unsqueeze(0))
            .clamp_min_(0.0);
        if (rows.has_twins[l]) {
            const at::Tensor own = block.twin_group[layer].unsqueeze(1);
            d2.masked_fill_((rows.twin_group[layer].unsqueeze(0) == own).logical_and(own > 0), 0.0);
        }
        d2.scatter_(1, itself, infinity);
    }
}

Nearest nearest_by_aten(const Block& block, const Candidates& among, const std::vector<std::int64_t>& layers,
                        std::int64_t places) {
    const std::int64_t images = block.values.size(2);
    const bool all = among.longest == images;
    const at::Tensor step = at::arange(among.longest, block.query.options()).unsqueeze(0);
    const at::Tensor column =
        (among.first.unsqueeze(1) + step.expand({block.rows(), -1})).clamp_max(images - 1);
    const at::Tensor outside = step >= among.count.unsqueeze(1);
    Nearest out;
    std::vector<at::Tensor> values;
    std::vector<at::Tensor> columns;
    for (const std::int64_t layer : layers) {
        const at::Tensor row = block.values[layer];
        const at::Tensor d2 = all ? row : row.gather(1, column).masked_fill(outside, infinity);
        const auto [value, position] = d2.topk(places, 1, /*largest=*/false, /*sorted=*/true);
        values.push_back(value);
        columns.push_back(column.gather(1, position).masked_fill(value == infinity, 0));
    }
    if (!layers.empty()) {
        out.value = at::stack(values);
        out.place = at::stack(columns);
    }
    out.lost = at::zeros({block.rows()}, block.query.options().dtype(at::kBool));
    return out;
}

Nearest distances_and_nearest(const DeviceRows& rows, Block& block, const Candidates& all,
                              const std::vector<std::int64_t>& layers, std::int64_t places) {
    RECORD_USER_SCOPE("distances and nearest");
#ifdef STRATOSCOPE_CUDA_KERNELS
    if (has_own_kernels(rows.device)) {
        if (places <= nearest::most_places)
            return by_kernel(rows, block, true, all, layers, places);
        (void)by_kernel(rows, block, true, all, {}, 0);
        return nearest_by_aten(block, all, layers, places);
    }
#endif
    to_distances_by_aten(rows, block);
    return nearest_by_aten(block, all, layers, places);
}

Nearest nearest([[maybe_unused]] const DeviceRows& rows, const Block& block, const Candidates& among,
                const std::vector<std::int64_t>& layers, std::int64_t places) {
    RECORD_USER_SCOPE("nearest of a group");
#ifdef STRATOSCOPE_CUDA_KERNELS
    if (has_own_kernels(rows.device) && places <= nearest::most_places)
        return by_kernel(rows, block, false, among, layers, places);
#endif
    return nearest_by_aten(block, among, layers, places);
}

} // namespace stratoscope::engine::torch_device
