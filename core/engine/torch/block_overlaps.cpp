#include "core/engine/torch/block_overlaps_internal.h"

#include <utility>

namespace stratoscope::engine::torch_device {

BlockOverlaps::BlockOverlaps(const DeviceRows& rows, const NearLists& lists, at::Tensor tenth_of,
                             std::vector<std::size_t> tenth_size)
    : rows_(rows), lists_(lists), tenth_of_(std::move(tenth_of)), tenth_size_(std::move(tenth_size)),
      slots_(distinct_places(lists.place)) {
    if (tenth_of_.defined())
        tenth_ = tenth_of_.index({lists.place});
}

at::Tensor BlockOverlaps::valid(std::int64_t left_out) const {
    return left_out < 0 ? lists_.everyone() : (tenth_ != left_out).to(at::kDouble);
}

at::Tensor BlockOverlaps::too_short(std::size_t k) const {
    at::Tensor any = lists_.too_short(k, lists_.everyone());
    for (std::size_t tenth = 0; tenth < tenth_size_.size(); ++tenth)
        any = any.logical_or(lists_.too_short(k, valid(static_cast<std::int64_t>(tenth))));
    return any;
}

at::Tensor BlockOverlaps::overlap(std::size_t k, std::int64_t left_out) const {
    const auto layers = static_cast<std::int64_t>(rows_.layers());
    const auto count = slots_.place.size(0);
    const auto listed = static_cast<std::int64_t>(lists_.layers.size());
    const at::Tensor weight = lists_.weights(k, valid(left_out)).permute({1, 0, 2});
    const at::Tensor members =
        at::zeros({count, listed, slots_.place.size(1)}, weight.options()).scatter_(2, slots_.slot, weight);
    const at::Tensor told = at::bmm(members, members.transpose(1, 2)) / static_cast<double>(k);
    // A constant layer's k places are shared among all candidates: Σ_j (k/candidates)·w_b(j) = k²/candidates.
    auto candidates = static_cast<double>(rows_.images() - 1);
    if (left_out >= 0)
        candidates -= static_cast<double>(tenth_size_[static_cast<std::size_t>(left_out)]);
    const at::Tensor index = at::tensor(lists_.layers, at::kLong).to(rows_.device);
    at::Tensor all = at::full({count, layers, layers}, static_cast<double>(k) / candidates, weight.options());
    const at::Tensor columns = all.narrow(1, 0, listed).clone().index_copy_(2, index, told);
    return all.index_copy_(1, index, columns);
}

} // namespace stratoscope::engine::torch_device
