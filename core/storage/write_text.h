// Text files (CSV, JSON, sessions) that are whole or absent.
#pragma once

#include <filesystem>
#include <string_view>

namespace stratoscope::storage {

/// Writes beside `path` and renames, so that a reader sees the old text or the new one and a failure leaves
/// the old one. Throws Error(cannot_write).
void write_text_atomically(const std::filesystem::path& path, std::string_view text);

} // namespace stratoscope::storage
