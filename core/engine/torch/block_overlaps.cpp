#include "core/engine/torch/block_overlaps_internal.h"

namespace stratoscope::engine::torch_device {
namespace {

at::Tensor number(double value) {
    return at::scalar_tensor(value, at::kDouble);
}

} // namespace

BlockOverlaps::BlockOverlaps(const DeviceRows& rows, const NearLists& lists, const at::Tensor& tenth_of,
                             const std::vector<std::size_t>& tenth_size)
    : rows_(rows), lists_(lists), slots_(distinct_places(lists.place)), valid_(lists.there.unsqueeze(0)) {
    std::vector<double> candidates{static_cast<double>(rows.images() - 1)};
    for (const std::size_t size : tenth_size)
        candidates.push_back(static_cast<double>(rows.images() - 1) - static_cast<double>(size));
    candidates_ = at::tensor(candidates, at::kDouble).to(rows.device);
    if (!tenth_size.empty()) {
        const at::Tensor tenth =
            at::arange(static_cast<std::int64_t>(tenth_size.size()), tenth_of.options()).view({-1, 1, 1, 1});
        const at::Tensor stays = tenth_of.index({lists.place}).unsqueeze(0) != tenth;
        valid_ = at::cat({valid_, stays * valid_});
    }
}

at::Tensor BlockOverlaps::too_short(std::size_t k) const {
    return lists_.too_short(number(static_cast<double>(k)), valid_);
}

at::Tensor BlockOverlaps::overlaps(std::size_t k) const {
    const auto layers = static_cast<std::int64_t>(rows_.layers());
    const auto choices = valid_.size(0);
    const auto listed = valid_.size(1);
    const auto count = valid_.size(2);
    const at::Tensor weight = lists_.weights(number(static_cast<double>(k)), valid_).permute({0, 2, 1, 3});
    const at::Tensor members =
        at::zeros({choices, count, listed, slots_.count}, weight.options())
            .scatter_add_(3, slots_.slot.unsqueeze(0).expand({choices, -1, -1, -1}), weight)
            .view({choices * count, listed, slots_.count});
    const at::Tensor told = at::bmm(members, members.transpose(1, 2)) / static_cast<double>(k);
    // A constant layer's k places are shared among all candidates: Σ_j (k/candidates)·w_b(j) = k²/candidates.
    const at::Tensor shared = static_cast<double>(k) / candidates_;
    at::Tensor all = shared.view({-1, 1, 1, 1}).expand({choices, count, layers, layers}).clone();
    const at::Tensor index = rows_.numbers(lists_.layers);
    const at::Tensor columns =
        all.narrow(2, 0, listed).clone().index_copy_(3, index, told.view({choices, count, listed, listed}));
    return all.index_copy_(2, index, columns);
}

} // namespace stratoscope::engine::torch_device
