// How many of their k nearest any two layers share, for some rows, with all columns and with each tenth of
// them left out: by the kernel of overlap_kernel.h on a GPU where it was built, by ATen's operations
// elsewhere.
#pragma once

#include "core/engine/torch/near_lists_internal.h"

namespace stratoscope::engine::torch_device {

class BlockOverlaps {
  public:
    /// lists: of all layers that are not constant, over all columns. tenth_of: (column) int64; undefined when
    /// none is to be left out. tenth_size: images in each.
    BlockOverlaps(const DeviceRows& rows, const NearLists& lists, const at::Tensor& tenth_of,
                  const std::vector<std::size_t>& tenth_size);

    /// (row) bool: lists too short for this k and smaller ones, with whichever tenth left out.
    [[nodiscard]] at::Tensor too_short(std::size_t k) const;
    /// (choice, row, a, b): Σ_j w_a(j)·w_b(j)/k. Choices: nothing left out, then each tenth.
    [[nodiscard]] at::Tensor overlaps(std::size_t k) const;

    /// (choice, row, listed layer, listed layer): Σ_j w_a(j)·w_b(j).
    [[nodiscard]] at::Tensor shared(std::size_t k) const;
    /// The same by ATen alone.
    [[nodiscard]] at::Tensor shared_by_aten(std::size_t k) const;

  private:
    [[nodiscard]] at::Tensor shared_by_kernel(std::size_t k) const;

    const DeviceRows& rows_;
    const NearLists& lists_;
    std::int64_t tenths_;   // that are left out one after the other
    at::Tensor tenth_;      // (listed layer, row, position) int64, −1 beyond the last candidate
    at::Tensor candidates_; // (choice): how many there are for each row
    at::Tensor place_;      // as lists.place, rising; what stands for nothing lies beyond all columns …
    at::Tensor position_;   // … and where it stood
};

} // namespace stratoscope::engine::torch_device
