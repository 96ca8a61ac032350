// What LibTorch throws, in the engine's own words: a full memory apart from the rest.
#pragma once

#include <functional>

namespace stratoscope::engine::torch_device {

/// Calls work(). Throws DeviceFull (core/engine/shrinking_blocks.h) when the device's memory or the
/// processor's is full, Error(internal) for anything else that LibTorch throws; other exceptions pass.
void telling_when_full(const std::function<void()>& work);

} // namespace stratoscope::engine::torch_device
