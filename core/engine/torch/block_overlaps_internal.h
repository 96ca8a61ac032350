// How many of their k nearest any two layers share, for some rows, with all columns and with each tenth of
// them left out.
#pragma once

#include "core/engine/torch/near_lists_internal.h"

namespace stratoscope::engine::torch_device {

class BlockOverlaps {
  public:
    /// lists: of all layers that are not constant, over all columns. tenth_of: (column) int64; undefined when
    /// none is to be left out. tenth_size: images in each.
    BlockOverlaps(const DeviceRows& rows, const NearLists& lists, at::Tensor tenth_of,
                  std::vector<std::size_t> tenth_size);

    /// (row) bool: lists too short for this k, with whichever tenth left out.
    [[nodiscard]] at::Tensor too_short(std::size_t k) const;
    /// (row, a, b): Σ_j w_a(j)·w_b(j)/k. left_out: a tenth, or −1 for none.
    [[nodiscard]] at::Tensor overlap(std::size_t k, std::int64_t left_out) const;

  private:
    [[nodiscard]] at::Tensor valid(std::int64_t left_out) const;

    const DeviceRows& rows_;
    const NearLists& lists_;
    at::Tensor tenth_of_;
    std::vector<std::size_t> tenth_size_;
    Slots slots_;
    at::Tensor tenth_; // (listed layer, row, position)
};

} // namespace stratoscope::engine::torch_device
