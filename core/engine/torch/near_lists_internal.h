// The nearest columns of some rows in several layers at once, their runs of equal distances, and how much
// each counts among the k nearest.
#pragma once

#include "core/engine/torch/device_rows_internal.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

namespace stratoscope::engine::torch_device {

/// Squared distances of some rows to a set of columns.
struct BlockDistances {
    std::vector<at::Tensor> d2; ///< (layer): rows × columns of the set; +infinity at itself, 0 at twins
    at::Tensor lengths;         ///< (layer, row): squared lengths of the rows
    at::Tensor twin_group;      ///< (layer, row); undefined when there are none
};

/// How far apart computed distances must be to be told apart: (row, any number of distances).
[[nodiscard]] at::Tensor doubtful_width(double doubt, const at::Tensor& lengths, const at::Tensor& d2);

struct NearLists {
    std::vector<std::int64_t> layers; ///< listed, rising
    at::Tensor place;                 ///< (listed layer, row, position): columns of the set, nearest first
    at::Tensor begin;                 ///< of the run of equal distances that a position is in …
    at::Tensor end;                   ///< … and one past its last
    at::Tensor unsure;                ///< (row) bool: some order could not be told
    bool complete = false;            ///< the lists hold all columns but the row itself

    /// all 1, of the shape of place
    [[nodiscard]] at::Tensor everyone() const;
    /// (listed layer, row, position): how much a place counts among the k nearest of those where `valid` is 1
    /// (0 elsewhere): 1 before the run at the k-th place, an equal share in it, 0 beyond.
    [[nodiscard]] at::Tensor weights(std::size_t k, const at::Tensor& valid) const;
    /// (row) bool: the run at the k-th place may go on beyond the list.
    [[nodiscard]] at::Tensor too_short(std::size_t k, const at::Tensor& valid) const;
};

[[nodiscard]] NearLists near_lists(const DeviceRows& rows, const ColumnSet& set,
                                   const BlockDistances& distances, std::vector<std::int64_t> layers,
                                   std::int64_t length);

/// The distinct places in several lists of a row.
struct Slots {
    at::Tensor slot;  ///< (row, listed layer, position): where a place stands in `place`
    at::Tensor place; ///< (row, slot): columns, 0 beyond the row's own
    at::Tensor used;  ///< (row, slot) bool
};

/// place: (listed layer, row, position).
[[nodiscard]] Slots distinct_places(const at::Tensor& place);

} // namespace stratoscope::engine::torch_device
