// The nearest candidates of a block's rows as lists: their runs of equal distances, and how much each place
// counts among the k nearest. By the kernel of near_lists_kernel.h on a GPU where it was built, by ATen's
// operations elsewhere.
#pragma once

#include "core/engine/torch/nearest_internal.h"

namespace stratoscope::engine::torch_device {

/// How far apart computed distances must be to be told apart: gpu::doubtful_width() for tensors that spread
/// over each other. Doubt: a tensor, or a number.
template <class Doubt>
[[nodiscard]] at::Tensor doubtful_width(const Doubt& doubt, const at::Tensor& squared_length,
                                        const at::Tensor& d2) {
    return doubt * (squared_length + (squared_length.sqrt() + d2.sqrt()).square());
}

struct NearLists {
    std::vector<std::int64_t> layers; ///< listed, rising
    at::Tensor place;                 ///< (listed layer, row, position): columns, nearest first
    at::Tensor there;                 ///< of the same shape, float64: 1, or 0 beyond the last candidate
    at::Tensor begin;                 ///< of the run of equal distances that a position is in …
    at::Tensor end;                   ///< … and one past its last
    at::Tensor weight;   ///< (k, listed layer, row, position): 1 before the run at the k-th place, an equal
                         ///< share in it, 0 beyond
    at::Tensor unsure;   ///< (row) bool: some order could not be told
    at::Tensor complete; ///< (row) bool: the lists hold all candidates but the row itself

    /// (row) bool: the run at the k-th place may go on beyond some list. k: one for each row.
    [[nodiscard]] at::Tensor too_short(const at::Tensor& k) const;
};

[[nodiscard]] NearLists near_lists(const DeviceRows& rows, const Block& block, const Candidates& among,
                                   const Nearest& nearest, std::vector<std::int64_t> layers);

/// The same by ATen alone.
[[nodiscard]] NearLists near_lists_by_aten(const DeviceRows& rows, const Block& block,
                                           const Candidates& among, const Nearest& nearest,
                                           std::vector<std::int64_t> layers);

/// weight of NearLists where some places are left out: valid is 1 for the others, of the shape of place. k: a
/// number, or one for each row.
[[nodiscard]] at::Tensor weights_of(const NearLists& lists, const at::Tensor& k, const at::Tensor& valid);

} // namespace stratoscope::engine::torch_device
