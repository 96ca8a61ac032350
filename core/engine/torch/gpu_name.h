#pragma once

#include <string>

namespace stratoscope::engine::gpu {

/// The GPU's name, such as "NVIDIA H100 80GB HBM3"; empty when the driver doesn't tell.
[[nodiscard]] std::string name_of(int device);

} // namespace stratoscope::engine::gpu
