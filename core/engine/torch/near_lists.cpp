#include "core/engine/torch/near_lists_internal.h"
#include "core/engine/torch/near_lists_kernel.h"
#include "core/engine/torch/own_kernels_internal.h"

#include <ATen/record_function.h>

#include <utility>

namespace stratoscope::engine::torch_device {
namespace {

struct Counted {
    at::Tensor before; // valid places before a position's run
    at::Tensor upto;   // … and with it
};

Counted counted(const NearLists& lists, const at::Tensor& valid) {
    const at::Tensor sum = valid.cumsum(2);
    return {(sum - valid).gather(2, lists.begin), sum.gather(2, lists.end - 1)};
}

// A number, or one for each row, to go with (listed layer, row, position).
at::Tensor by_row(const at::Tensor& k) {
    return k.dim() == 0 ? k : k.unsqueeze(-1);
}

} // namespace

at::Tensor weights_of(const NearLists& lists, const at::Tensor& k, const at::Tensor& valid) {
    const auto [before, upto] = counted(lists, valid);
    return ((by_row(k) - before) / (upto - before).clamp_min(1.0)).clamp(0.0, 1.0) * valid;
}

at::Tensor NearLists::too_short(const at::Tensor& k) const {
    const at::Tensor before_last = begin.select(2, place.size(2) - 1);
    return (before_last < k).any(0).logical_and(complete.logical_not());
}

NearLists near_lists_by_aten(const DeviceRows& rows, const Block& block, const Candidates& among,
                             const Nearest& nearest, std::vector<std::int64_t> layers) {
    NearLists out;
    out.layers = std::move(layers);
    out.place = nearest.place;
    const auto listed = out.place.size(0);
    const auto count = out.place.size(1);
    const auto length = out.place.size(2);
    const at::Tensor there = nearest.value.isfinite();
    out.there = there.to(at::kDouble);
    out.complete = among.count - 1 <= length;

    const at::Tensor here = nearest.value.narrow(2, 0, length - 1);
    const at::Tensor next = nearest.value.narrow(2, 1, length - 1);
    const at::Tensor doubt = of_layers(rows.doubts, out.layers).view({-1, 1, 1});
    const at::Tensor width =
        doubtful_width(doubt, of_layers(block.squared_lengths, out.layers).unsqueeze(2), next);
    const at::Tensor close = (next - here <= width).logical_and(there.narrow(2, 1, length - 1));
    // See near_lists_steps.h.
    const at::Tensor exact = doubt == 0.0;
    at::Tensor tied = close.logical_and(exact);
    at::Tensor doubtful = close.logical_and(exact.logical_not());
    if (rows.twin_group.defined()) {
        const at::Tensor group = of_layers(rows.twin_group, out.layers)
                                     .unsqueeze(1)
                                     .expand({listed, count, rows.images()})
                                     .gather(2, out.place);
        const at::Tensor first = group.narrow(2, 0, length - 1);
        const at::Tensor twins = (first == group.narrow(2, 1, length - 1)).logical_and(first > 0);
        tied = tied.logical_or(twins.logical_and(close));
        doubtful = doubtful.logical_and(twins.logical_not());
    }
    out.unsure = nearest.lost.logical_or(doubtful.any(2).any(0));

    // A run begins where the former place is nearer, and ends where the next is further.
    const at::Tensor edge = at::ones({listed, count, 1}, tied.options());
    const at::Tensor index = at::arange(length, out.place.options());
    const at::Tensor starts = at::cat({edge, tied.logical_not()}, 2);
    const at::Tensor stops = at::cat({tied.logical_not(), edge}, 2);
    out.begin = std::get<0>(at::where(starts, index, at::zeros_like(index)).cummax(2));
    const at::Tensor after = at::where(stops, index + 1, at::full_like(index, length));
    out.end = std::get<0>(after.flip({2}).cummin(2)).flip({2});

    std::vector<at::Tensor> weights;
    for (std::int64_t k = 0; k < among.ks.size(0); ++k)
        weights.push_back(weights_of(out, among.ks[k], out.there));
    out.weight = at::stack(weights);
    return out;
}

NearLists near_lists(const DeviceRows& rows, const Block& block, const Candidates& among,
                     const Nearest& nearest, std::vector<std::int64_t> layers) {
    RECORD_USER_SCOPE("lists");
    if (!has_own_kernels(rows.device))
        return near_lists_by_aten(rows, block, among, nearest, std::move(layers));
    NearLists out;
    out.layers = std::move(layers);
    out.place = nearest.place.contiguous();
    out.complete = among.count - 1 <= out.place.size(2);
    out.unsure = nearest.lost.clone();
    out.begin = at::empty_like(out.place);
    out.end = at::empty_like(out.place);
#ifdef STRATOSCOPE_CUDA_KERNELS
    const auto options = nearest.value.options();
    const auto ks = among.ks.size(0);
    out.there = at::empty(out.place.sizes(), options);
    out.weight = at::empty({ks, out.place.size(0), out.place.size(1), out.place.size(2)}, options);
    const at::Tensor value = nearest.value.contiguous();
    const at::Tensor doubt = of_layers(rows.doubts, out.layers).contiguous();
    const at::Tensor squared_length = of_layers(block.squared_lengths, out.layers).contiguous();
    const at::Tensor k = among.ks.contiguous();
    at::Tensor groups;
    if (rows.twin_group.defined())
        groups = of_layers(rows.twin_group, out.layers).contiguous();
    const near_lists::Question question{.lists = out.place.size(0),
                                        .rows = out.place.size(1),
                                        .length = out.place.size(2),
                                        .columns = rows.images(),
                                        .value = value.data_ptr<double>(),
                                        .place = out.place.data_ptr<std::int64_t>(),
                                        .doubt = doubt.data_ptr<double>(),
                                        .squared_length = squared_length.data_ptr<double>(),
                                        .twin_group =
                                            groups.defined() ? groups.data_ptr<std::int32_t>() : nullptr,
                                        .ks = ks,
                                        .k = k.data_ptr<double>(),
                                        .begin = out.begin.data_ptr<std::int64_t>(),
                                        .end = out.end.data_ptr<std::int64_t>(),
                                        .there = out.there.data_ptr<double>(),
                                        .weight = out.weight.data_ptr<double>(),
                                        .unsure = out.unsure.data_ptr<bool>()};
    start_kernel(rows.device, "look at lists of neighbours",
                 [&](void* stream) { return near_lists::launch(question, stream); });
#endif
    return out;
}

} // namespace stratoscope::engine::torch_device
