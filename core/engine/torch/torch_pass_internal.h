// The pass of core/engine/pass.h on a device of LibTorch's.
#pragma once

#include "core/engine/device_pass.h"
#include "core/engine/torch/device_rows_internal.h"

namespace stratoscope::engine::torch_device {

/// OnDevice::run_pass(). rows: of the plan's layers, in its column_order().
void torch_pass(const PassPlan& plan, const DeviceRows& rows, const Task& task, const PassWatcher& watcher,
                DeviceSums& sums);

} // namespace stratoscope::engine::torch_device
