// All layers' rows on a device, and what is known of them there.
#pragma once

#include "core/engine/pass.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <span>
#include <vector>

namespace stratoscope::engine::torch_device {

/// Consecutive columns among which ranks are asked: all images, or those of one error group.
struct ColumnSet {
    std::int64_t first = 0;
    std::int64_t count = 0;
    at::Tensor twins;            ///< (layer, column) int32: images equal to it in the set, itself among them
    std::vector<std::size_t> ks; ///< for each k of the plan what is asked here, 0 for nothing
};

/// Immutable. Columns are the images in the order of the error groups, so that a group's are consecutive.
struct DeviceRows {
    DeviceRows(const PassPlan& plan, const at::Device& on, const Task& task);

    at::Device device;
    std::vector<std::uint32_t> image_at; ///< of each column
    std::vector<std::int64_t> column_of; ///< of each image
    std::vector<at::Tensor> rows;        ///< (layer): N × D float64 working rows
    at::Tensor squared_lengths;          ///< (layer, column) float64
    at::Tensor twin_group;               ///< (layer, column) int32, 0 without twins; undefined without any
    std::vector<bool> has_twins;         ///< (layer)
    std::vector<bool> constant;          ///< (layer)
    /// (layer): computed squared distances of x to y and z compare as the true ones when they are further
    /// apart than this times ‖x‖² + (‖x‖ + d)²; 0 where products are exact.
    std::vector<double> doubt;

    [[nodiscard]] std::size_t layers() const noexcept { return rows.size(); }
    [[nodiscard]] std::int64_t images() const noexcept { return static_cast<std::int64_t>(image_at.size()); }
    /// images: of a set of columns, all or one error group's. The columns must be consecutive.
    [[nodiscard]] ColumnSet column_set(const PassPlan& plan, std::span<const std::uint32_t> columns,
                                       std::vector<std::size_t> ks) const;
};

} // namespace stratoscope::engine::torch_device
