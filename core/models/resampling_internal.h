// Resizing as Pillow does it, since that is what vision models were trained and published with.
#pragma once

#include "core/models/preprocessing.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace stratoscope::models {

/// The picture at height × width, RGB. When shrinking, the kernel (a triangle, or the cubic with a = −1/2) is
/// as wide as so many source pixels as become one, which is what torchvision calls antialiased. First along
/// x, then along y, rounded to bytes after each, with weights of 22 bits: bit for bit Pillow's Image.resize.
[[nodiscard]] std::vector<std::uint8_t> resized(const PictureView& picture, std::size_t height,
                                                std::size_t width, Interpolation interpolation);

} // namespace stratoscope::models
