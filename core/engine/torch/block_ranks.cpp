#include "core/engine/torch/block_ranks_internal.h"
#include "core/engine/torch/rank_sums_internal.h"

#include <ATen/record_function.h>

#include <algorithm>

namespace stratoscope::engine::torch_device {
namespace {

// Ties lengthen what counts among the k nearest.
bool has_ties(const DeviceRows& rows) {
    return rows.twin_group.defined() || std::ranges::find(rows.doubt, 0.0) != rows.doubt.end();
}

} // namespace

BlockRanks block_ranks(const PassPlan& plan, const DeviceRows& rows, const Block& block,
                       const Candidates& among, const NearLists& lists) {
    RECORD_USER_SCOPE("ranks");
    BlockRanks out;
    out.unsure = lists.unsure.logical_or(lists.too_short(among.ks[-1]));
    std::vector<std::int64_t> targets;
    for (std::size_t l = 0; l < rows.layers(); ++l)
        if (plan.roles.target[l] && !rows.constant[l])
            targets.push_back(static_cast<std::int64_t>(l));
    // Every rank in a constant layer is expected to be half of all: 1.
    const auto layers = static_cast<std::int64_t>(rows.layers());
    const auto ks = among.ks.size(0);
    at::Tensor all = at::ones({ks, block.rows(), layers, layers}, block.values.options());
    if (!targets.empty() && !lists.layers.empty()) {
        const auto length = has_ties(rows)
                                ? lists.place.size(2)
                                : std::min(lists.place.size(2), static_cast<std::int64_t>(among.largest_k));
        const at::Tensor sums = rank_sums(rows, block, among, {lists, length, targets}, out.unsure);
        const at::Tensor told = sums / (among.count * among.ks).clamp_min(1.0).unsqueeze(2).unsqueeze(3);
        all =
            with_layers(all, 2, lists.layers, with_layers(all.narrow(2, 0, sums.size(2)), 3, targets, told));
    }
    for (std::int64_t k = 0; k < ks; ++k)
        out.divergence.push_back(all[k]);
    return out;
}

} // namespace stratoscope::engine::torch_device
