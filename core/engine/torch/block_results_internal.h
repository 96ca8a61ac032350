// What a block found, added to the sums of the pass. What belongs to single images is written to PassSums at
// once, the rest to the block's own sums: these are added to the whole when nothing can fail any more, since
// a block that does not fit the device's memory is tried again.
#pragma once

#include "core/engine/grain.h"
#include "core/engine/torch/block_kernels_internal.h"
#include "core/engine/torch/block_overlaps_internal.h"
#include "core/engine/torch/block_ranks_internal.h"

namespace stratoscope::engine::torch_device {

/// Of the pass.
struct Tables {
    Tables(const PassPlan& plan, const DeviceRows& rows);

    const PassPlan& plan;
    const DeviceRows& rows;
    GrainTables grains;
    at::Tensor asked;      ///< (a, b) float64: 1 where ranks are asked
    at::Tensor others;     ///< … and the layers are two
    std::size_t pairs = 0; ///< asked for
    at::Tensor group_of;   ///< (column) int64: error group; undefined without
    at::Tensor tenth_of;   ///< (column) int64: jackknife group; undefined without
};

struct Results {
    PassSums& sums;
    GrainSums& block;
    ThreadPool& pool;
};

void add_kernels(const Tables& tables, const Block& block, const BlockKernelSums& found, const Results& to);

/// sure: (row) bool, on the device; rows that count. in_group: among the candidates `group`.
void add_imbalance(const Tables& tables, const Block& block, const BlockRanks& ranks, const at::Tensor& sure,
                   const Results& to);
void add_group_imbalance(const Tables& tables, const Block& block, const BlockRanks& in_group,
                         const Candidates& group, const at::Tensor& sure, const Results& to);

void add_overlaps(const Tables& tables, const Block& block, const BlockOverlaps& overlaps,
                  const at::Tensor& sure, const Results& to);

/// nearest: what the lists were made of.
void add_lists(const Tables& tables, const Block& block, const NearLists& lists, const Nearest& nearest,
               const at::Tensor& sure, const Results& to);

} // namespace stratoscope::engine::torch_device
