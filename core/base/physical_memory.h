// How much memory the machine has, to choose what a pass may keep.
#pragma once

#include <cstddef>

namespace stratoscope {

/// Bytes; 4 GiB where the system does not say.
[[nodiscard]] std::size_t physical_memory();

} // namespace stratoscope
