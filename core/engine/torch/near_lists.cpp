#include "core/engine/torch/near_lists_internal.h"

#include <ATen/record_function.h>

#include <algorithm>
#include <utility>

namespace stratoscope::engine::torch_device {

at::Tensor doubtful_width(double doubt, const at::Tensor& lengths, const at::Tensor& d2) {
    const at::Tensor length = lengths.unsqueeze(1);
    return doubt * (length + (length.sqrt() + d2.sqrt()).square());
}

at::Tensor NearLists::everyone() const {
    return at::ones(place.sizes(), place.options().dtype(at::kDouble));
}

namespace {

struct Counted {
    at::Tensor before; // valid places before a position's run
    at::Tensor upto;   // … and with it
};

Counted counted(const NearLists& lists, const at::Tensor& valid) {
    const at::Tensor sum = valid.cumsum(2);
    return {(sum - valid).gather(2, lists.begin), sum.gather(2, lists.end - 1)};
}

} // namespace

at::Tensor NearLists::weights(std::size_t k, const at::Tensor& valid) const {
    const auto [before, upto] = counted(*this, valid);
    const auto places = static_cast<double>(k);
    return ((places - before) / (upto - before).clamp_min(1.0)).clamp(0.0, 1.0) * valid;
}

at::Tensor NearLists::too_short(std::size_t k, const at::Tensor& valid) const {
    if (complete)
        return at::zeros({place.size(1)}, place.options().dtype(at::kBool));
    const at::Tensor before_last = counted(*this, valid).before.select(2, place.size(2) - 1);
    return (before_last < static_cast<double>(k)).any(0);
}

NearLists near_lists(const DeviceRows& rows, const ColumnSet& set, const BlockDistances& distances,
                     std::vector<std::int64_t> layers, std::int64_t length) {
    RECORD_USER_SCOPE("nearest");
    NearLists out;
    out.layers = std::move(layers);
    length = std::min(length, set.count - 1);
    out.complete = length == set.count - 1;
    std::vector<at::Tensor> places;
    std::vector<at::Tensor> tied; // (row, position): the next position is as near
    std::vector<at::Tensor> unsure;
    for (const std::int64_t layer : out.layers) {
        const auto l = static_cast<std::size_t>(layer);
        const auto [value, place] = distances.d2[l].topk(length, 1, /*largest=*/false, /*sorted=*/true);
        places.push_back(place);
        const at::Tensor here = value.narrow(1, 0, length - 1);
        const at::Tensor next = value.narrow(1, 1, length - 1);
        if (rows.doubt[l] == 0.0) {
            tied.push_back(here == next);
            continue;
        }
        at::Tensor twins = at::zeros_like(here, at::kBool);
        if (rows.has_twins[l]) {
            const at::Tensor group = rows.twin_group[layer].narrow(0, set.first, set.count).index({place});
            const at::Tensor first = group.narrow(1, 0, length - 1);
            twins = (first == group.narrow(1, 1, length - 1)).logical_and(first > 0);
        }
        const at::Tensor close = next - here <= doubtful_width(rows.doubt[l], distances.lengths[layer], next);
        unsure.push_back(close.logical_and(twins.logical_not()).any(1));
        tied.push_back(twins);
    }
    out.place = at::stack(places);
    const at::Tensor same = at::stack(tied);
    const auto listed = out.place.size(0);
    const auto count = out.place.size(1);
    out.unsure = unsure.empty() ? at::zeros({count}, same.options()) : at::stack(unsure).any(0);

    // A run begins where the former place is nearer, and ends where the next is further.
    const at::Tensor edge = at::ones({listed, count, 1}, same.options());
    const at::Tensor index = at::arange(length, out.place.options());
    const at::Tensor starts = at::cat({edge, same.logical_not()}, 2);
    const at::Tensor stops = at::cat({same.logical_not(), edge}, 2);
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
    const at::Tensor last = number.narrow(1, others, 1);
    const auto slots = last.max().item<std::int64_t>() + 1;
    Slots out;
    out.slot = at::empty_like(flat).scatter_(1, owner, number).view({rows, listed, length});
    out.place = at::zeros({rows, slots}, flat.options()).scatter_(1, number, sorted);
    out.used = at::arange(slots, flat.options()).unsqueeze(0) <= last;
    return out;
}

} // namespace stratoscope::engine::torch_device
