#include "core/engine/torch/near_lists_internal.h"

#include <ATen/record_function.h>

#include <utility>

namespace stratoscope::engine::torch_device {
namespace {

struct Counted {
    at::Tensor before; // valid places before a position's run
    at::Tensor upto;   // … and with it
};

Counted counted(const NearLists& lists, const at::Tensor& valid) {
    const at::Tensor sum = valid.cumsum(-1);
    const at::Tensor begin = lists.begin.expand(sum.sizes());
    const at::Tensor last = (lists.end - 1).expand(sum.sizes());
    return {(sum - valid).gather(-1, begin), sum.gather(-1, last)};
}

// A number, or one for each row, to go with (listed layer, row, position).
at::Tensor by_row(const at::Tensor& k) {
    return k.dim() == 0 ? k : k.unsqueeze(-1);
}

} // namespace

at::Tensor doubtful_width(const at::Tensor& doubt, const at::Tensor& squared_lengths, const at::Tensor& d2) {
    const at::Tensor length = squared_lengths.unsqueeze(2);
    return doubt * (length + (length.sqrt() + d2.sqrt()).square());
}

at::Tensor NearLists::weights(const at::Tensor& k, const at::Tensor& valid) const {
    const auto [before, upto] = counted(*this, valid);
    return ((by_row(k) - before) / (upto - before).clamp_min(1.0)).clamp(0.0, 1.0) * valid;
}

at::Tensor NearLists::too_short(const at::Tensor& k, const at::Tensor& valid) const {
    const at::Tensor before_last = counted(*this, valid).before.select(-1, place.size(2) - 1);
    const at::Tensor by_layer = before_last < k;
    return by_layer.reshape({-1, place.size(1)}).any(0).logical_and(complete.logical_not());
}

NearLists near_lists(const DeviceRows& rows, const Block& block, const Candidates& among,
                     const Nearest& nearest, std::vector<std::int64_t> layers) {
    RECORD_USER_SCOPE("lists");
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
    const at::Tensor doubt = rows.doubt_of(out.layers);
    const at::Tensor width = doubtful_width(doubt, of_layers(block.squared_lengths, out.layers), next);
    const at::Tensor close = (next - here <= width).logical_and(there.narrow(2, 1, length - 1));
    // Where products are exact, so are ties; elsewhere only twins are known to be as near as each other.
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
    return out;
}

Slots distinct_places(const at::Tensor& place) {
    RECORD_USER_SCOPE("distinct places");
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
    const at::Tensor number = differs.cumsum(1);
    return {at::empty_like(flat).scatter_(1, owner, number).view({rows, listed, length}),
            number.select(1, others).max().item<std::int64_t>() + 1};
}

} // namespace stratoscope::engine::torch_device
