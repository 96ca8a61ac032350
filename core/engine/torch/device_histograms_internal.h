// The histograms of core/engine/distance_histogram.h on a device of LibTorch's.
#pragma once

#include "core/engine/distance_histogram.h"

#include <ATen/ATen.h>

namespace stratoscope::engine::torch_device {

/// distance_histograms() on a device, from float64 products. Throws Error(out_of_memory), Cancelled.
[[nodiscard]] std::vector<DistanceHistogram> device_histograms(const PreparedLayers& layers,
                                                               const at::Device& device, const Task& task);

} // namespace stratoscope::engine::torch_device
