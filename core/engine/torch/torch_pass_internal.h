// The pass of core/engine/pass.h on a device of LibTorch's.
#pragma once

#include "core/engine/pass.h"

#include <ATen/ATen.h>

namespace stratoscope::engine::torch_device {

/// Throws Error(out_of_memory), Cancelled.
[[nodiscard]] PassSums torch_pass(const PassPlan& plan, const at::Device& device, const Task& task,
                                  const PassWatcher& watcher);

} // namespace stratoscope::engine::torch_device
