// How many of their k nearest any two layers share, for some rows, with all columns and with each tenth of
// them left out.
#pragma once

#include "core/engine/torch/near_lists_internal.h"

namespace stratoscope::engine::torch_device {

class BlockOverlaps {
  public:
    /// lists: of all layers that are not constant, over all columns. tenth_of: (column) int64; undefined when
    /// none is to be left out. tenth_size: images in each.
    BlockOverlaps(const DeviceRows& rows, const NearLists& lists, const at::Tensor& tenth_of,
                  const std::vector<std::size_t>& tenth_size);

    /// (row) bool: lists too short for this k, with whichever tenth left out.
    [[nodiscard]] at::Tensor too_short(std::size_t k) const;
    /// (choice, row, a, b): Σ_j w_a(j)·w_b(j)/k. Choices: nothing left out, then each tenth.
    [[nodiscard]] at::Tensor overlaps(std::size_t k) const;

  private:
    const DeviceRows& rows_;
    const NearLists& lists_;
    Slots slots_;
    at::Tensor valid_;      // (choice, listed layer, row, position)
    at::Tensor candidates_; // (choice): how many there are for each row
};

} // namespace stratoscope::engine::torch_device
