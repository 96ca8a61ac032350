// How large a picture says it is, before anything is decoded: a file of a few bytes may claim gigabytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace stratoscope::images {

/// The pixels that the header of a PNG, JPEG, WebP, TIFF, BMP or PNM claims, told by content; the largest
/// number where they are more than 64 bits hold. Nothing where the file is none of these, or has no size.
[[nodiscard]] std::optional<std::uint64_t> claimed_pixels(std::span<const std::uint8_t> bytes) noexcept;

} // namespace stratoscope::images
