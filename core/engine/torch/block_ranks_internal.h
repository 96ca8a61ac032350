// c_i(a → b) of MEASURES.md 1 for some rows, all pairs of layers and every k at once.
#pragma once

#include "core/engine/torch/near_lists_internal.h"

namespace stratoscope::engine::torch_device {

struct BlockRanks {
    /// by k: (row, a, b) float64; of a row or a pair of layers that is not asked for: anything
    std::vector<at::Tensor> divergence;
    at::Tensor unsure; ///< (row) bool: some rank could not be told; what it got is wrong
};

/// lists: of the source layers that are not constant, among the same candidates; as long as the largest k.
[[nodiscard]] BlockRanks block_ranks(const PassPlan& plan, const DeviceRows& rows, const Block& block,
                                     const Candidates& among, const NearLists& lists);

} // namespace stratoscope::engine::torch_device
