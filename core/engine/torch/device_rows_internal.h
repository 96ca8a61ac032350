// All layers' rows on a device, and what is known of them there.
#pragma once

#include "core/engine/pass.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <span>
#include <vector>

namespace stratoscope::engine::torch_device {

/// Immutable. Columns are the images in the order of the error groups, so that a group's are consecutive.
struct DeviceRows {
    DeviceRows(const PreparedLayers& layers, std::vector<std::uint32_t> column_order, const at::Device& on,
               const Task& task);

    at::Device device;
    std::vector<std::uint32_t> image_at; ///< of each column
    std::vector<std::int64_t> column_of; ///< of each image
    std::vector<at::Tensor> rows;        ///< (layer): N × D float64 working rows
    at::Tensor squared_lengths;          ///< (layer, column) float64
    at::Tensor lengths;                  ///< (layer, column) float32
    at::Tensor shifted;          ///< (layer, column) float64: h with x·y + h_x + h_y the product of the rows
                                 ///< before they were shifted
    at::Tensor twin_group;       ///< (layer, column) int32, 0 without twins; undefined without any
    std::vector<bool> has_twins; ///< (layer)
    std::vector<bool> constant;  ///< (layer)
    /// (layer): computed squared distances of x to y and z compare as the true ones when they are further
    /// apart than this times ‖x‖² + (‖x‖ + d)²; 0 where products are exact.
    std::vector<double> doubt;
    at::Tensor doubts; ///< the same on the device, float64

    [[nodiscard]] std::size_t layers() const noexcept { return rows.size(); }
    [[nodiscard]] std::int64_t images() const noexcept { return static_cast<std::int64_t>(image_at.size()); }
    /// Numbers as an int64 tensor on the device.
    [[nodiscard]] at::Tensor numbers(const std::vector<std::int64_t>& values) const;
};

/// The order of columns for a plan: shuffled, each error group's together.
[[nodiscard]] std::vector<std::uint32_t> column_order(const PassPlan& plan);

/// Some query rows and their values in all layers.
struct Block {
    Block(const DeviceRows& rows, std::vector<std::int64_t> query_columns);

    std::vector<std::int64_t> columns; ///< the rows' own, here …
    at::Tensor query;                  ///< … and on the device, int64
    at::Tensor values;                 ///< (layer, row, column) float64: products, later squared distances
    at::Tensor squared_lengths;        ///< (layer, row)
    at::Tensor twin_group;             ///< (layer, row); undefined without any twins

    [[nodiscard]] std::int64_t rows() const noexcept { return static_cast<std::int64_t>(columns.size()); }
};

/// Some layers of a tensor whose first dimension they are: a view where they are consecutive.
[[nodiscard]] at::Tensor of_layers(const at::Tensor& tensor, const std::vector<std::int64_t>& layers);
/// A tensor with other values for some layers, which a dimension of it is. values: of just these.
[[nodiscard]] at::Tensor with_layers(const at::Tensor& tensor, std::int64_t dimension,
                                     const std::vector<std::int64_t>& layers, const at::Tensor& values);

} // namespace stratoscope::engine::torch_device
