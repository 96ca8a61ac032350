// The one-way arrows between the rooms, as a function of a file's path and what it includes.
#pragma once

#include <string>
#include <vector>

namespace stratoscope::house {

/// The room a path relative to the root lies in: "core/data", "ui", "app/cli", "app", "resources", "tests",
/// or "" for none.
std::string room_of(const std::string& path);

/// The targets of the #include lines of a source text, with their quotes or brackets:
/// "\"core/base/error.h\"", "<vector>".
std::vector<std::string> includes_of(const std::string& text);

/// Why `path` may not include `target`; empty when it may.
std::string broken_rule(const std::string& path, const std::string& target);

} // namespace stratoscope::house
