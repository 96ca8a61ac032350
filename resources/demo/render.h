// Draws scenes: no state, no files, the same scene gives the same bytes.
#pragma once

#include "resources/demo/scene.h"

#include <cstdint>
#include <span>
#include <vector>

namespace stratoscope::demo {

/// side × side × 3 bytes, RGB, row by row. side ≥ 8.
[[nodiscard]] std::vector<std::uint8_t> render(const Scene& scene, std::size_t side);

/// Mean of each 2 × 2 square, side even: what the models see of a picture.
[[nodiscard]] std::vector<std::uint8_t> halved(std::span<const std::uint8_t> rgb, std::size_t side);

} // namespace stratoscope::demo
