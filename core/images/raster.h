// A decoded picture.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace stratoscope::images {

/// height × width × 3 bytes, RGB, row by row.
struct Raster {
    std::size_t height = 0;
    std::size_t width = 0;
    std::vector<std::uint8_t> rgb;
};

/// More pixels are refused before memory is taken for them.
inline constexpr std::size_t most_pixels = std::size_t{64} << 20;

/// Decodes what OpenCV reads (JPEG, PNG, TIFF, WebP, BMP, …), turned upright as its EXIF says, grey made RGB,
/// transparency dropped. Throws Error: no_input, io, bad_data (not a picture, too large) naming the file.
[[nodiscard]] Raster decode(const std::filesystem::path& path);

/// Whether a file's suffix is one of a picture.
[[nodiscard]] bool looks_like_picture(const std::filesystem::path& path);

/// Shrunk by averaging so that the longer side is `side`, never enlarged.
[[nodiscard]] Raster shrunk(const Raster& raster, std::size_t side);

} // namespace stratoscope::images
