// What LibTorch throws, in the engine's own words: a full memory apart from the rest.
#pragma once

#include <ATen/ATen.h>

#include <functional>

namespace stratoscope::engine::torch_device {

/// Calls work(). Throws DeviceFull (core/engine/shrinking_blocks.h) when the device's memory or the
/// processor's is full, Error(internal) for anything else that LibTorch throws; other exceptions pass.
void telling_when_full(const std::function<void()>& work);

/// The same around all that is asked of a device: without gradients, and a full memory is
/// Error(out_of_memory).
void telling_the_engine(const at::Device& device, const std::function<void()>& work);

} // namespace stratoscope::engine::torch_device
