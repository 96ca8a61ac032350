// Thumbnails held in memory: pictures rendered or decoded by this program, and those of tests.
#pragma once

#include "core/data/image_set.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace stratoscope {

/// rgb: N × height × width × 3 bytes, image by image, row by row; N is what divides it. Throws
/// Error(internal) where the length does not fit.
[[nodiscard]] std::shared_ptr<const ThumbnailSource>
thumbnails_in_memory(std::size_t height, std::size_t width, std::vector<std::uint8_t> rgb);

} // namespace stratoscope
