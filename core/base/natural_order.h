// Names as people sort them: block.2 before block.10.
#pragma once

#include <string_view>

namespace stratoscope {

/// Strict weak order; runs of digits compare as numbers of any length, everything else by byte.
[[nodiscard]] bool natural_less(std::string_view a, std::string_view b) noexcept;

} // namespace stratoscope
