// Starting own kernels, which only a GPU has, and only where a CUDA compiler was there at build time.
#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <string>

namespace stratoscope::engine::torch_device {

/// Whether there are own kernels for the device.
[[nodiscard]] bool has_own_kernels(const at::Device& device);

/// Calls launch(stream) with the device's current stream, a cudaStream_t. What it returns is what went wrong,
/// or nothing; then throws Error(internal), which says what was to be done. Only where has_own_kernels().
void start_kernel(const at::Device& device, const std::string& what,
                  const std::function<std::string(void* stream)>& launch);

} // namespace stratoscope::engine::torch_device
