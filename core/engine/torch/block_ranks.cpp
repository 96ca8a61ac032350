#include "core/engine/torch/block_ranks_internal.h"
#include "core/engine/torch/count_below_internal.h"

#include <ATen/record_function.h>

#include <algorithm>
#include <limits>

namespace stratoscope::engine::torch_device {
namespace {

// 2 × mid-rank of the places in each slot. Around each distance lies a width within which others can't be
// told from it: an empty one gives the rank, and so does one that holds just the twins of the place, which
// are as near as itself.
at::Tensor twice_ranks(const DeviceRows& rows, const ColumnSet& set, const BlockDistances& distances,
                       const Slots& slots, std::int64_t layer, at::Tensor& unsure) {
    const auto l = static_cast<std::size_t>(layer);
    const at::Tensor& d2 = distances.d2[l];
    const at::Tensor near = at::where(slots.used, d2.gather(1, slots.place), at::zeros({1}, d2.options()));
    const at::Tensor width = doubtful_width(rows.doubt[l], distances.lengths[layer], near);
    const at::Tensor infinity = at::full({1}, std::numeric_limits<double>::infinity(), d2.options());
    // "at most x" is "below the number after x".
    const at::Tensor bounds = at::cat({near - width, at::nextafter(near + width, infinity)}, 1);
    const auto count = slots.place.size(1);
    const at::Tensor counts = count_below(d2, bounds);
    const at::Tensor below = counts.narrow(1, 0, count);
    const at::Tensor upto = counts.narrow(1, count, count);
    if (rows.doubt[l] > 0.0) {
        at::Tensor expected = at::ones_like(slots.place);
        if (rows.has_twins[l]) {
            const at::Tensor group =
                rows.twin_group[layer].narrow(0, set.first, set.count).index({slots.place});
            const at::Tensor own = distances.twin_group[layer].unsqueeze(1);
            expected =
                set.twins[layer].index({slots.place}) - (group == own).logical_and(own > 0).to(at::kInt);
        }
        unsure.logical_or_((upto - below != expected).logical_and(slots.used).any(1));
    }
    return below + upto + 1;
}

} // namespace

BlockRanks block_ranks(const PassPlan& plan, const DeviceRows& rows, const ColumnSet& set,
                       const BlockDistances& distances, const NearLists& lists) {
    RECORD_USER_SCOPE("ranks");
    const std::size_t largest_k = *std::ranges::max_element(set.ks);
    const at::Tensor everyone = lists.everyone();
    BlockRanks out;
    out.unsure = lists.unsure.logical_or(lists.too_short(largest_k, everyone));
    // Only places that count are ranked; rows whose lists fail do not stretch that.
    const at::Tensor counts = (lists.weights(largest_k, everyone) > 0.0).sum(2);
    const at::Tensor sure = at::where(out.unsure.unsqueeze(0), at::zeros({1}, counts.options()), counts);
    const auto length = std::max<std::int64_t>(1, sure.max().item<std::int64_t>());
    const Slots slots = distinct_places(lists.place.narrow(2, 0, length));

    std::vector<std::int64_t> targets;
    std::vector<at::Tensor> ranks; // by target: (row, listed layer, position)
    for (std::size_t l = 0; l < rows.layers(); ++l) {
        if (!plan.roles.target[l] || rows.constant[l])
            continue;
        targets.push_back(static_cast<std::int64_t>(l));
        const at::Tensor of_slots = twice_ranks(rows, set, distances, slots, targets.back(), out.unsure);
        ranks.push_back(of_slots.gather(1, slots.slot.flatten(1)).view(slots.slot.sizes()).to(at::kDouble));
    }

    const auto layers = static_cast<std::int64_t>(rows.layers());
    const auto count = lists.place.size(1);
    const auto options = rows.squared_lengths.options();
    at::Tensor asked = at::zeros({layers, layers}, at::kDouble);
    for (std::size_t a = 0; a < rows.layers(); ++a)
        for (std::size_t b = 0; b < rows.layers(); ++b)
            asked.data_ptr<double>()[a * rows.layers() + b] =
                plan.roles.source[a] && plan.roles.target[b] ? 1.0 : 0.0;
    asked = asked.to(rows.device);
    const auto indices = [&](const std::vector<std::int64_t>& of) {
        return at::tensor(of, at::kLong).to(rows.device);
    };
    for (const std::size_t k : set.ks) {
        at::Tensor& all = out.divergence.emplace_back();
        if (k == 0)
            continue;
        // Every rank in a constant layer is expected to be half of all: 1.
        all = at::ones({count, layers, layers}, options);
        if (!targets.empty() && !lists.layers.empty()) {
            const at::Tensor weight = lists.weights(k, everyone).narrow(2, 0, length).permute({1, 0, 2});
            std::vector<at::Tensor> columns;
            columns.reserve(ranks.size());
            for (const at::Tensor& rank : ranks)
                columns.push_back((rank * weight).sum(2));
            const at::Tensor told =
                at::stack(columns, 2) / (static_cast<double>(set.count) * static_cast<double>(k));
            const at::Tensor rows_of =
                at::ones({count, static_cast<std::int64_t>(lists.layers.size()), layers}, options)
                    .index_copy_(2, indices(targets), told);
            all.index_copy_(1, indices(lists.layers), rows_of);
        }
        all = all * asked;
    }
    return out;
}

} // namespace stratoscope::engine::torch_device
