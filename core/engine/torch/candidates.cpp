#include "core/engine/torch/candidates_internal.h"

#include <algorithm>

namespace stratoscope::engine::torch_device {
namespace {

// (layer, column): how many images equal it among those of its own group. group: (image), empty for one.
at::Tensor twins_within(const PassPlan& plan, const DeviceRows& rows,
                        const std::vector<std::uint32_t>& group) {
    if (!rows.twin_group.defined())
        return {};
    at::Tensor counts = at::ones({static_cast<std::int64_t>(rows.layers()), rows.images()}, at::kInt);
    auto* count = counts.data_ptr<std::int32_t>();
    for (std::size_t l = 0; l < rows.layers(); ++l) {
        if (!rows.has_twins[l] || rows.constant[l])
            continue;
        for (std::size_t column = 0; column < rows.image_at.size(); ++column) {
            const std::uint32_t image = rows.image_at[column];
            if (const auto twins = plan.layers[l]->twins(image); !twins.empty())
                count[l * rows.image_at.size() + column] = static_cast<std::int32_t>(std::ranges::count_if(
                    twins, [&](std::uint32_t twin) { return group.empty() || group[twin] == group[image]; }));
        }
    }
    return counts.to(rows.device);
}

} // namespace

Candidates Candidates::all(const PassPlan& plan, const DeviceRows& rows) {
    Candidates out;
    out.longest = rows.images();
    out.largest_k = plan.ks.back();
    out.first = at::zeros({rows.images()}, at::TensorOptions().dtype(at::kLong).device(rows.device));
    out.count = at::full_like(out.first, rows.images());
    const std::vector<double> ks(plan.ks.begin(), plan.ks.end());
    out.ks = at::tensor(ks, at::kDouble).unsqueeze(1).expand({-1, rows.images()}).to(rows.device);
    out.twins = twins_within(plan, rows, {});
    return out;
}

Candidates Candidates::groups(const PassPlan& plan, const DeviceRows& rows, const GrainTables& tables) {
    Candidates out;
    at::Tensor first = at::zeros({rows.images()}, at::kLong);
    at::Tensor count = at::zeros({rows.images()}, at::kLong);
    at::Tensor ks = at::zeros({static_cast<std::int64_t>(plan.ks.size()), rows.images()}, at::kDouble);
    for (std::size_t group = 0; group < tables.members.size(); ++group) {
        const std::vector<std::uint32_t>& members = tables.members[group]; // consecutive columns
        if (members.empty())
            continue;
        const auto size = static_cast<std::int64_t>(members.size());
        first.narrow(0, members.front(), size).fill_(static_cast<std::int64_t>(members.front()));
        count.narrow(0, members.front(), size).fill_(size);
        out.longest = std::max(out.longest, size);
        for (std::size_t at = 0; at < plan.ks.size(); ++at) {
            const std::size_t k = tables.subset_k[at][group];
            ks[static_cast<std::int64_t>(at)].narrow(0, members.front(), size).fill_(static_cast<double>(k));
            out.largest_k = std::max(out.largest_k, k);
        }
    }
    out.first = first.to(rows.device);
    out.count = count.to(rows.device);
    out.ks = ks.to(rows.device);
    out.twins = twins_within(plan, rows, plan.error_group);
    return out;
}

Candidates Candidates::of(const at::Tensor& query) const {
    Candidates out = *this;
    out.first = first.index_select(0, query);
    out.count = count.index_select(0, query);
    out.ks = ks.index_select(1, query);
    return out;
}

} // namespace stratoscope::engine::torch_device
