// Files (CSV, JSON, sessions, checkpoints) that are whole or absent.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace stratoscope::storage {

/// Writes beside `path` and renames, so that a reader sees the old text or the new one and a failure leaves
/// the old one. Throws Error(cannot_write).
void write_text_atomically(const std::filesystem::path& path, std::string_view text);
/// The same of bytes in parts, one after the other.
void write_bytes_atomically(const std::filesystem::path& path,
                            std::span<const std::span<const std::byte>> parts);

} // namespace stratoscope::storage
