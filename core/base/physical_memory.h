// How much memory the machine has and the program takes, to choose what a pass may keep.
#pragma once

#include <cstddef>

namespace stratoscope {

/// Bytes; 4 GiB where the system does not say.
[[nodiscard]] std::size_t physical_memory();
/// Bytes of memory that this program takes now; 0 where the system does not say.
[[nodiscard]] std::size_t resident_memory();

} // namespace stratoscope
