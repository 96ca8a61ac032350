#include "core/engine/torch/block_ranks_internal.h"
#include "core/engine/torch/count_below_internal.h"

#include <ATen/record_function.h>

#include <algorithm>
#include <limits>

namespace stratoscope::engine::torch_device {
namespace {

// 2 × mid-rank in each target layer of the places listed: (target, row, listed layer · position). Around each
// distance lies a width within which others can't be told from it: an empty one gives the rank, and so does
// one that holds just the twins of the place, which are as near as itself.
at::Tensor twice_ranks(const DeviceRows& rows, const Block& block, const Candidates& among,
                       const at::Tensor& place, const at::Tensor& there,
                       const std::vector<std::int64_t>& targets, at::Tensor& unsure) {
    const auto layers = static_cast<std::int64_t>(targets.size());
    const auto slots = place.size(1);
    const at::Tensor d2 = of_layers(block.values, targets);
    const at::Tensor at_places = place.unsqueeze(0).expand({layers, block.rows(), slots});
    const auto gathered = [&](const at::Tensor& by_column) { // (layer, column) → (target, row, slot)
        return of_layers(by_column, targets)
            .unsqueeze(1)
            .expand({layers, block.rows(), rows.images()})
            .gather(2, at_places);
    };
    const at::Tensor near = d2.gather(2, at_places).masked_fill(there.logical_not().unsqueeze(0), 0.0);
    const at::Tensor doubt = rows.doubt_of(targets);
    const at::Tensor width = doubtful_width(doubt, of_layers(block.squared_lengths, targets), near);
    const at::Tensor infinity = at::full({1}, std::numeric_limits<double>::infinity(), d2.options());
    // "at most x" is "below the number after x".
    const at::Tensor bounds = at::cat({near - width, at::nextafter(near + width, infinity)}, 2);
    const at::Tensor counts = count_below(d2, among, bounds);
    const at::Tensor below = counts.narrow(2, 0, slots);
    const at::Tensor upto = counts.narrow(2, slots, slots);
    at::Tensor wrong = upto - below != 1;
    if (among.twins.defined()) {
        const at::Tensor own = of_layers(block.twin_group, targets).unsqueeze(2);
        const at::Tensor with_row = (gathered(rows.twin_group) == own).logical_and(own > 0);
        wrong = upto - below != gathered(among.twins) - with_row.to(at::kInt);
    }
    const at::Tensor asked = there.unsqueeze(0).logical_and(doubt > 0.0);
    unsure.logical_or_(wrong.logical_and(asked).any(2).any(0));
    return below + upto + 1;
}

// Ties lengthen what counts among the k nearest.
bool has_ties(const DeviceRows& rows) {
    return rows.twin_group.defined() || std::ranges::find(rows.doubt, 0.0) != rows.doubt.end();
}

} // namespace

BlockRanks block_ranks(const PassPlan& plan, const DeviceRows& rows, const Block& block,
                       const Candidates& among, const NearLists& lists) {
    RECORD_USER_SCOPE("ranks");
    BlockRanks out;
    out.unsure = lists.unsure.logical_or(lists.too_short(among.ks[-1], lists.there));

    // Only places that count are ranked.
    const auto layers = static_cast<std::int64_t>(rows.layers());
    const auto listed = lists.place.size(0);
    const std::int64_t length =
        has_ties(rows) ? lists.place.size(2)
                       : std::min(lists.place.size(2), static_cast<std::int64_t>(among.largest_k));
    const auto flat = [&](const at::Tensor& by_list) {
        return by_list.narrow(2, 0, length).permute({1, 0, 2}).reshape({block.rows(), listed * length});
    };
    std::vector<std::int64_t> targets;
    for (std::size_t l = 0; l < rows.layers(); ++l)
        if (plan.roles.target[l] && !rows.constant[l])
            targets.push_back(static_cast<std::int64_t>(l));
    at::Tensor ranks; // (target, row, listed layer, position)
    if (!targets.empty() && listed > 0)
        ranks =
            twice_ranks(rows, block, among, flat(lists.place), flat(lists.there) > 0.0, targets, out.unsure)
                .view({-1, block.rows(), listed, length})
                .to(at::kDouble);

    at::Tensor asked = at::zeros({layers, layers}, at::kDouble);
    for (std::size_t a = 0; a < rows.layers(); ++a)
        for (std::size_t b = 0; b < rows.layers(); ++b)
            if (plan.roles.source[a] && plan.roles.target[b])
                asked.data_ptr<double>()[a * rows.layers() + b] = 1.0;
    asked = asked.to(rows.device);
    const at::Tensor of_lists = rows.numbers(lists.layers);
    const at::Tensor of_targets = rows.numbers(targets);
    for (std::size_t at = 0; at < plan.ks.size(); ++at) {
        // Every rank in a constant layer is expected to be half of all: 1.
        at::Tensor all = at::ones({block.rows(), layers, layers}, block.values.options());
        if (ranks.defined()) {
            const at::Tensor k = among.ks[static_cast<std::int64_t>(at)];
            const at::Tensor weight = lists.weights(k, lists.there).narrow(2, 0, length).permute({1, 0, 2});
            const at::Tensor sum = (ranks * weight.unsqueeze(0)).sum(3).permute({1, 2, 0});
            const at::Tensor told = sum / (among.count * k).clamp_min(1.0).view({-1, 1, 1});
            const at::Tensor rows_of =
                at::ones({block.rows(), listed, layers}, told.options()).index_copy_(2, of_targets, told);
            all.index_copy_(1, of_lists, rows_of);
        }
        out.divergence.push_back(all * asked);
    }
    return out;
}

} // namespace stratoscope::engine::torch_device
