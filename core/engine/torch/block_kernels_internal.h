// Kernels of some rows and their sums, as core/engine/kernel_sums.h defines them: by the kernel of
// kernel_rows_kernel.h on a GPU where it was built, by ATen's operations elsewhere.
#pragma once

#include "core/engine/torch/device_rows_internal.h"

namespace stratoscope::engine::torch_device {

struct BlockKernelSums {
    at::Tensor row_sum;     ///< (kernel, row, layer) float64
    at::Tensor row_product; ///< (kernel, row, pair a ≤ b in the order of KernelSums::pair()) float64
};

/// All kernels of a plan, and what is asked of them, on the device.
class BlockKernels {
  public:
    BlockKernels(const std::vector<KernelPlan>& kernels, const DeviceRows& rows);

    /// The block holds products.
    [[nodiscard]] BlockKernelSums sums(const Block& block) const;
    /// The same by ATen alone.
    [[nodiscard]] BlockKernelSums sums_by_aten(const Block& block) const;

  private:
    [[nodiscard]] at::Tensor values(std::size_t kernel, std::size_t layer, const Block& block) const;
    [[nodiscard]] BlockKernelSums sums_by_kernel(const Block& block) const;
    [[nodiscard]] at::Tensor ranks_of(std::size_t layer, const at::Tensor& d2) const;

    const std::vector<KernelPlan>& kernels_;
    const DeviceRows& rows_;
    at::Tensor factor_;             // (kernel, layer) float32
    std::vector<at::Tensor> ranks_; // (layer): of each cell, float32; for distance_rank alone
    std::vector<RankTable> tables_; // (layer), without their ranks
    at::Tensor ranks_on_device_;    // kernel_rows::Ranks of each layer, as bytes
};

} // namespace stratoscope::engine::torch_device
