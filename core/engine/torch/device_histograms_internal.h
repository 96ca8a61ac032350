// The histograms of core/engine/distance_histogram.h on a device of LibTorch's.
#pragma once

#include "core/engine/distance_histogram.h"
#include "core/engine/torch/device_rows_internal.h"

namespace stratoscope::engine::torch_device {

/// The histograms of all_distances(), from float64 products. Throws Error(out_of_memory), Cancelled.
[[nodiscard]] std::vector<DistanceHistogram> device_histograms(const DeviceRows& rows, const Task& task);

} // namespace stratoscope::engine::torch_device
