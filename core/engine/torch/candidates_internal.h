// The columns among which a row's neighbours and ranks are asked: all, or those of its error group.
#pragma once

#include "core/engine/grain.h"
#include "core/engine/torch/device_rows_internal.h"

namespace stratoscope::engine::torch_device {

/// By column, or of the rows of a block.
struct Candidates {
    std::int64_t longest = 0;  ///< of all
    std::size_t largest_k = 0; ///< of all
    at::Tensor first;          ///< (row) int64: they begin here …
    at::Tensor count;          ///< (row) int64: … and are so many
    at::Tensor ks; ///< (k, row) float64: for each k of the plan what is asked among these, 0 for nothing
    at::Tensor
        twins; ///< (layer, column) int32: images equal to it among its own, itself too; undefined without any

    /// By column; the ks as they are.
    [[nodiscard]] static Candidates all(const PassPlan& plan, const DeviceRows& rows);
    /// By column; ks scaled to the group's size.
    [[nodiscard]] static Candidates groups(const PassPlan& plan, const DeviceRows& rows,
                                           const GrainTables& tables);
    /// Of some columns.
    [[nodiscard]] Candidates of(const at::Tensor& query) const;
};

} // namespace stratoscope::engine::torch_device
