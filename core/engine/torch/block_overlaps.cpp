#include "core/engine/torch/block_overlaps_internal.h"
#include "core/engine/torch/overlap_kernel.h"
#include "core/engine/torch/own_kernels_internal.h"

#include <ATen/record_function.h>

namespace stratoscope::engine::torch_device {
namespace {

at::Tensor number(std::size_t value) {
    return at::scalar_tensor(static_cast<double>(value), at::kDouble);
}

// Where each of several lists' distinct places of a row stands among them.
struct Slots {
    at::Tensor slot;        // (row, listed layer, position)
    std::int64_t count = 0; // the most that a row has
};

Slots distinct_places(const at::Tensor& place) {
    const auto listed = place.size(0);
    const auto rows = place.size(1);
    const auto length = place.size(2);
    const at::Tensor flat = place.permute({1, 0, 2}).reshape({rows, listed * length});
    const auto [sorted, owner] = flat.sort(1);
    const auto others = listed * length - 1;
    const at::Tensor differs =
        at::cat({at::zeros({rows, 1}, flat.options()),
                 (sorted.narrow(1, 1, others) != sorted.narrow(1, 0, others)).to(at::kLong)},
                1);
    const at::Tensor rank = differs.cumsum(1);
    return {at::empty_like(flat).scatter_(1, owner, rank).view({rows, listed, length}),
            rank.select(1, others).max().item<std::int64_t>() + 1};
}

} // namespace

BlockOverlaps::BlockOverlaps(const DeviceRows& rows, const NearLists& lists, const at::Tensor& tenth_of,
                             const std::vector<std::size_t>& tenth_size)
    : rows_(rows), lists_(lists), tenths_(static_cast<std::int64_t>(tenth_size.size())) {
    std::vector<double> candidates{static_cast<double>(rows.images() - 1)};
    for (const std::size_t size : tenth_size)
        candidates.push_back(static_cast<double>(rows.images() - 1) - static_cast<double>(size));
    candidates_ = at::tensor(candidates, at::kDouble).to(rows.device);
    const at::Tensor nothing = lists.there == 0.0;
    tenth_ =
        (tenths_ > 0 ? tenth_of.index({lists.place}) : at::zeros_like(lists.place)).masked_fill(nothing, -1);
    const at::Tensor beyond = at::arange(lists.place.size(2), lists.place.options()) + rows.images();
    std::tie(place_, position_) = at::where(nothing, beyond, lists.place).sort(2);
}

// What stands before the last run is not enough once a tenth is taken from it.
at::Tensor BlockOverlaps::too_short(std::size_t k) const {
    const auto length = lists_.place.size(2);
    const at::Tensor first_of_last = lists_.begin.select(2, length - 1).unsqueeze(2);
    const at::Tensor before = (at::arange(length, lists_.begin.options()) < first_of_last).to(at::kDouble);
    const at::Tensor in_tenth = at::zeros({before.size(0), before.size(1), tenths_ + 1}, before.options())
                                    .scatter_add_(2, tenth_.clamp_min(0), before);
    const at::Tensor taken = tenths_ > 0 ? std::get<0>(in_tenth.max(2)) : at::zeros({1, 1}, before.options());
    return (before.sum(2) - taken < static_cast<double>(k)).any(0).logical_and(lists_.complete.logical_not());
}

at::Tensor BlockOverlaps::shared_by_aten(std::size_t k) const {
    const auto listed = lists_.place.size(0);
    const auto count = lists_.place.size(1);
    const Slots slots = distinct_places(lists_.place);
    std::vector<at::Tensor> all;
    for (std::int64_t left_out = -1; left_out < tenths_; ++left_out) {
        const at::Tensor valid = lists_.there * (left_out < 0 ? at::ones({1}, lists_.there.options())
                                                              : (tenth_ != left_out).to(at::kDouble));
        const at::Tensor weight = weights_of(lists_, number(k), valid).permute({1, 0, 2});
        const at::Tensor members =
            at::zeros({count, listed, slots.count}, weight.options()).scatter_add_(2, slots.slot, weight);
        all.push_back(at::bmm(members, members.transpose(1, 2)));
    }
    return at::stack(all);
}

#ifdef STRATOSCOPE_CUDA_KERNELS
at::Tensor BlockOverlaps::shared_by_kernel(std::size_t k) const {
    const auto listed = lists_.place.size(0);
    const auto count = lists_.place.size(1);
    at::Tensor out = at::empty({tenths_ + 1, count, listed, listed}, lists_.there.options());
    const at::Tensor end = lists_.end.contiguous();
    const at::Tensor tenth = tenth_.contiguous();
    const at::Tensor place = place_.contiguous();
    const at::Tensor position = position_.contiguous();
    const overlap::Question question{.layers = listed,
                                     .rows = count,
                                     .length = lists_.place.size(2),
                                     .end = end.data_ptr<std::int64_t>(),
                                     .tenth = tenth.data_ptr<std::int64_t>(),
                                     .place = place.data_ptr<std::int64_t>(),
                                     .position = position.data_ptr<std::int64_t>(),
                                     .k = static_cast<double>(k),
                                     .tenths = tenths_,
                                     .shared = out.data_ptr<double>()};
    start_kernel(rows_.device, "compare neighbours",
                 [&](void* stream) { return overlap::launch(question, stream); });
    return out;
}
#endif

at::Tensor BlockOverlaps::shared(std::size_t k) const {
    RECORD_USER_SCOPE("shared neighbours");
#ifdef STRATOSCOPE_CUDA_KERNELS
    if (has_own_kernels(rows_.device) &&
        overlap::fits(lists_.place.size(0), lists_.place.size(2), rows_.device.index()))
        return shared_by_kernel(k);
#endif
    return shared_by_aten(k);
}

at::Tensor BlockOverlaps::overlaps(std::size_t k) const {
    const auto layers = static_cast<std::int64_t>(rows_.layers());
    const at::Tensor told = shared(k) / static_cast<double>(k);
    const auto choices = told.size(0);
    const auto count = told.size(1);
    // A constant layer's k places are shared among all candidates: Σ_j (k/candidates)·w_b(j) = k²/candidates.
    const at::Tensor of_constant = static_cast<double>(k) / candidates_;
    const at::Tensor all = of_constant.view({-1, 1, 1, 1}).expand({choices, count, layers, layers});
    return with_layers(all, 2, lists_.layers,
                       with_layers(all.narrow(2, 0, told.size(2)), 3, lists_.layers, told));
}

} // namespace stratoscope::engine::torch_device
