// Kernels of some rows and their sums, as core/engine/kernel_sums.h defines them.
#pragma once

#include "core/engine/torch/device_rows_internal.h"

namespace stratoscope::engine::torch_device {

struct BlockKernelSums {
    at::Tensor row_sum;     ///< (row, layer) float64, on the host
    at::Tensor row_product; ///< (row, pair a ≤ b) float64, on the host
};

/// values: (layer, row, column) products x·y, or squared distances, as takes_products(kernel) says; queries:
/// (row) columns of the rows themselves.
[[nodiscard]] BlockKernelSums block_kernel_sums(const KernelPlan& kernel, const DeviceRows& rows,
                                                const at::Tensor& values, const at::Tensor& queries);

} // namespace stratoscope::engine::torch_device
