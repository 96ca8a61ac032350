// The nearest candidates of a block's rows as lists: their runs of equal distances, and how much each place
// counts among the k nearest.
#pragma once

#include "core/engine/torch/nearest_internal.h"

namespace stratoscope::engine::torch_device {

/// How far apart computed distances must be to be told apart. doubt: DeviceRows::doubt_of() of the layers;
/// squared_lengths: (layer, row) of the same; d2: (layer, row, anything).
[[nodiscard]] at::Tensor doubtful_width(const at::Tensor& doubt, const at::Tensor& squared_lengths,
                                        const at::Tensor& d2);

struct NearLists {
    std::vector<std::int64_t> layers; ///< listed, rising
    at::Tensor place;                 ///< (listed layer, row, position): columns, nearest first
    at::Tensor there;                 ///< of the same shape, float64: 1, or 0 beyond the last candidate
    at::Tensor begin;                 ///< of the run of equal distances that a position is in …
    at::Tensor end;                   ///< … and one past its last
    at::Tensor unsure;                ///< (row) bool: some order could not be told
    at::Tensor complete;              ///< (row) bool: the lists hold all candidates but the row itself

    /// How much a place counts among the k nearest of those where `valid` is 1 (0 elsewhere): 1 before the
    /// run at the k-th place, an equal share in it, 0 beyond. k: a number, or one for each row. valid: as
    /// `there`, perhaps with more dimensions before, which the answer has too.
    [[nodiscard]] at::Tensor weights(const at::Tensor& k, const at::Tensor& valid) const;
    /// (row) bool: the run at the k-th place may go on beyond the list.
    [[nodiscard]] at::Tensor too_short(const at::Tensor& k, const at::Tensor& valid) const;
};

[[nodiscard]] NearLists near_lists(const DeviceRows& rows, const Block& block, const Candidates& among,
                                   const Nearest& nearest, std::vector<std::int64_t> layers);

/// The distinct places in several lists of a row.
struct Slots {
    at::Tensor slot;        ///< (row, listed layer, position): where a place stands among them
    std::int64_t count = 0; ///< the most that a row has
};

/// place: (listed layer, row, position).
[[nodiscard]] Slots distinct_places(const at::Tensor& place);

} // namespace stratoscope::engine::torch_device
