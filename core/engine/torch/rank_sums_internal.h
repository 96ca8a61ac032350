// Sums of the ranks that neighbours in some layers have in others: by the kernel of rank_sums_kernel.h on a
// GPU where it was built, by ATen's operations elsewhere.
#pragma once

#include "core/engine/torch/near_lists_internal.h"

namespace stratoscope::engine::torch_device {

/// What is ranked where.
struct RankQuestion {
    const NearLists& lists;
    std::int64_t length;                      ///< of the lists, places that may count
    const std::vector<std::int64_t>& targets; ///< layers in which they are ranked, rising
};

/// (k, row, listed layer, target): Σ over places of lists.weight · 2 × mid-rank among the row's candidates.
/// unsure: (row) bool, set where a rank could not be told.
[[nodiscard]] at::Tensor rank_sums(const DeviceRows& rows, const Block& block, const Candidates& among,
                                   const RankQuestion& question, at::Tensor& unsure);

/// The same by ATen alone.
[[nodiscard]] at::Tensor rank_sums_by_aten(const DeviceRows& rows, const Block& block,
                                           const Candidates& among, const RankQuestion& question,
                                           at::Tensor& unsure);

} // namespace stratoscope::engine::torch_device
