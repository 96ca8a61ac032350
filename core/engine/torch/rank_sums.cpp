#include "core/engine/torch/own_kernels_internal.h"
#include "core/engine/torch/rank_sums_internal.h"
#include "core/engine/torch/rank_sums_kernel.h"

#include <ATen/record_function.h>

#include <limits>

namespace stratoscope::engine::torch_device {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// How many values of its row are below each bound. A value lies below the j-th of the sorted bounds exactly
// when it reaches at most j of them: only the few bounds are sorted, and each value is looked up among them.
at::Tensor below(const at::Tensor& values, const at::Tensor& bounds) {
    const auto [sorted, owner] = bounds.sort(1);
    const at::Tensor reached = at::searchsorted(sorted.contiguous(), values, false, /*right=*/true);
    const at::Tensor one = at::ones({1, 1}, reached.options()).expand(reached.sizes());
    const at::Tensor counts = at::zeros({bounds.size(0), bounds.size(1) + 1}, reached.options())
                                  .scatter_add_(1, reached, one)
                                  .cumsum(1)
                                  .narrow(1, 0, bounds.size(1));
    return at::empty_like(owner).scatter_(1, owner, counts);
}

// 2 × mid-rank in one layer of the places listed: (row, slot). See rank_sums_steps.h.
at::Tensor twice_ranks(const DeviceRows& rows, const Block& block, const Candidates& among,
                       const at::Tensor& place, const at::Tensor& there, std::int64_t target,
                       at::Tensor& unsure) {
    const double doubt = rows.doubt[static_cast<std::size_t>(target)];
    const at::Tensor column = at::arange(rows.images(), block.query.options()).unsqueeze(0);
    const at::Tensor first = among.first.unsqueeze(1);
    const at::Tensor candidate = (column >= first).logical_and(column < first + among.count.unsqueeze(1));
    const at::Tensor d2 = block.values[target];
    const at::Tensor counting = d2.masked_fill(candidate.logical_not(), infinity);
    const at::Tensor near = d2.gather(1, place).masked_fill(there == 0.0, 0.0);
    const at::Tensor width = doubtful_width(doubt, block.squared_lengths[target].unsqueeze(1), near);
    // "at most x" is "below the number after x".
    const at::Tensor lower = below(counting, near - width);
    const at::Tensor upper =
        below(counting, at::nextafter(near + width, at::full({1}, infinity, near.options())));
    if (doubt > 0.0) {
        at::Tensor expected = at::ones_like(place);
        if (among.twins.defined()) {
            const auto gathered = [&](const at::Tensor& by_column) {
                return by_column[target].unsqueeze(0).expand({block.rows(), -1}).gather(1, place);
            };
            const at::Tensor own = block.twin_group[target].unsqueeze(1);
            expected =
                gathered(among.twins) - (gathered(rows.twin_group) == own).logical_and(own > 0).to(at::kInt);
        }
        unsure.logical_or_((upper - lower != expected).logical_and(there > 0.0).any(1));
    }
    return lower + upper + 1;
}

#ifdef STRATOSCOPE_CUDA_KERNELS
at::Tensor by_kernel(const DeviceRows& rows, const Block& block, const Candidates& among,
                     const RankQuestion& asked, at::Tensor& unsure) {
    const NearLists& lists = asked.lists;
    const at::Tensor d2 = of_layers(block.values, asked.targets);
    const at::Tensor squared_lengths = of_layers(block.squared_lengths, asked.targets).contiguous();
    const at::Tensor doubt = of_layers(rows.doubts, asked.targets).contiguous();
    at::Tensor groups;
    at::Tensor twins;
    if (rows.twin_group.defined()) {
        groups = of_layers(rows.twin_group, asked.targets).contiguous();
        twins = of_layers(among.twins, asked.targets).contiguous();
    }
    const at::Tensor there = lists.there.contiguous();
    const at::Tensor weight = lists.weight.contiguous();
    at::Tensor sum =
        at::empty({weight.size(0), block.rows(), lists.place.size(0), d2.size(0)}, there.options());
    const rank_sums::Question question{.d2 = d2.data_ptr<double>(),
                                       .layer_stride = d2.stride(0),
                                       .row_stride = d2.stride(1),
                                       .layers = d2.size(0),
                                       .rows = block.rows(),
                                       .columns = rows.images(),
                                       .first = among.first.data_ptr<std::int64_t>(),
                                       .size = among.count.data_ptr<std::int64_t>(),
                                       .squared_length = squared_lengths.data_ptr<double>(),
                                       .doubt = doubt.data_ptr<double>(),
                                       .twin_group =
                                           groups.defined() ? groups.data_ptr<std::int32_t>() : nullptr,
                                       .itself = block.query.data_ptr<std::int64_t>(),
                                       .twins = twins.defined() ? twins.data_ptr<std::int32_t>() : nullptr,
                                       .lists = lists.place.size(0),
                                       .list_length = lists.place.size(2),
                                       .length = asked.length,
                                       .place = lists.place.data_ptr<std::int64_t>(),
                                       .there = there.data_ptr<double>(),
                                       .ks = weight.size(0),
                                       .weight = weight.data_ptr<double>(),
                                       .sum = sum.data_ptr<double>(),
                                       .unsure = unsure.data_ptr<bool>()};
    start_kernel(rows.device, "sum ranks", [&](void* stream) { return rank_sums::launch(question, stream); });
    return sum;
}
#endif

} // namespace

at::Tensor rank_sums_by_aten(const DeviceRows& rows, const Block& block, const Candidates& among,
                             const RankQuestion& question, at::Tensor& unsure) {
    const auto listed = question.lists.place.size(0);
    const auto by_slot = [&](const at::Tensor& by_list) { // (…, row, listed layer, position)
        return by_list.narrow(-1, 0, question.length).transpose(-2, -3);
    };
    const at::Tensor place = by_slot(question.lists.place).flatten(1);
    const at::Tensor there = by_slot(question.lists.there).flatten(1);
    const at::Tensor weight = by_slot(question.lists.weight);
    std::vector<at::Tensor> sums;
    for (const std::int64_t target : question.targets) {
        const at::Tensor ranks = twice_ranks(rows, block, among, place, there, target, unsure)
                                     .view({1, block.rows(), listed, question.length})
                                     .to(at::kDouble);
        sums.push_back((ranks * weight).sum(3));
    }
    return at::stack(sums, 3);
}

at::Tensor rank_sums(const DeviceRows& rows, const Block& block, const Candidates& among,
                     const RankQuestion& question, at::Tensor& unsure) {
#ifdef STRATOSCOPE_CUDA_KERNELS
    if (has_own_kernels(rows.device) && rank_sums::fits(static_cast<std::int64_t>(question.targets.size()),
                                                        question.lists.place.size(0), question.length))
        return by_kernel(rows, block, among, question, unsure);
#endif
    return rank_sums_by_aten(rows, block, among, question, unsure);
}

} // namespace stratoscope::engine::torch_device
