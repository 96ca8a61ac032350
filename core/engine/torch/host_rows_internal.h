// Rows of a block that the device could not settle, by the engine's own code.
#pragma once

#include "core/engine/grain.h"
#include "core/engine/torch/device_rows_internal.h"

namespace stratoscope::engine::torch_device {

class HostRows {
  public:
    /// plan and rows must outlive it. Kernels of the plan are not its business.
    HostRows(const PassPlan& plan, const DeviceRows& rows, const Task& task);

    /// rows: of the block, which holds squared distances. What belongs to single images is written to `sums`,
    /// the rest to `pending`, to be added later.
    void add(const Block& block, const std::vector<std::int64_t>& rows, PassSums& sums,
             std::vector<GrainSums>& pending);
    [[nodiscard]] std::uint64_t rechecks() const;

  private:
    Task task_;
    const DeviceRows& rows_;
    PassPlan plan_;
    GrainTables tables_;
    at::Tensor typical_; // (layer, 1, 1): squared distance, which the engine's rows are less
    std::vector<GrainWorker> workers_;
};

} // namespace stratoscope::engine::torch_device
