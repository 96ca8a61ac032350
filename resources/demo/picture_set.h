// Many pictures at once: those shown and recorded, and those the networks learn from.
#pragma once

#include "core/base/thread_pool.h"
#include "resources/demo/scene.h"

#include <cstdint>
#include <vector>

namespace stratoscope::demo {

/// Side of the pictures as drawn and shown; networks see half of it.
inline constexpr std::size_t picture_side = 64;

struct PictureSet {
    std::vector<Scene> scenes;
    std::vector<std::uint8_t> shown; ///< scenes × 64 × 64 × 3, RGB; empty where only `seen` was asked for
    std::vector<std::uint8_t> seen;  ///< scenes × 32 × 32 × 3, RGB
    [[nodiscard]] std::size_t size() const noexcept { return scenes.size(); }
};

[[nodiscard]] PictureSet draw(std::vector<Scene> scenes, bool keep_shown, ThreadPool& pool);

} // namespace stratoscope::demo
