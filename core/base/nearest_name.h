// What a person who mistyped a name may have meant.
#pragma once

#include <span>
#include <string_view>

namespace stratoscope {

/// Of the known names the one that takes fewest letters put in, left out or replaced, the first of equals;
/// empty where none is near: where it takes more than a third of the letters asked for, but one always.
[[nodiscard]] std::string_view nearest_name(std::string_view asked, std::span<const std::string_view> known);

} // namespace stratoscope
