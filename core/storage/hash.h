// The content hash of an input: it makes a result checkable.
#pragma once

#include "core/base/task.h"

#include <filesystem>
#include <string>

namespace stratoscope::storage {

/// SHA-256 of the file's bytes, lower-case hex; of a folder of arrays, that of the names and hashes of its
/// arrays and lists. Reads all of it (about a second a gigabyte), so it is asked for when results are
/// written, not when files are opened. Throws Error(no_input, io) and Cancelled.
[[nodiscard]] std::string sha256_of(const std::filesystem::path& path, const Task& task);

} // namespace stratoscope::storage
