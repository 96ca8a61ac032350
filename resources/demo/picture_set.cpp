#include "resources/demo/picture_set.h"

#include "resources/demo/render.h"

#include <algorithm>

namespace stratoscope::demo {

PictureSet draw(std::vector<Scene> scenes, bool keep_shown, ThreadPool& pool) {
    constexpr std::size_t shown_bytes = picture_side * picture_side * 3;
    constexpr std::size_t seen_bytes = shown_bytes / 4;
    PictureSet set;
    set.scenes = std::move(scenes);
    set.seen.resize(set.size() * seen_bytes);
    if (keep_shown)
        set.shown.resize(set.size() * shown_bytes);
    pool.parallel_for(set.size(), [&set, keep_shown](std::size_t i, std::size_t) {
        const std::vector<std::uint8_t> picture = render(set.scenes[i], picture_side);
        std::ranges::copy(halved(picture, picture_side), set.seen.data() + i * seen_bytes);
        if (keep_shown)
            std::ranges::copy(picture, set.shown.data() + i * shown_bytes);
    });
    return set;
}

} // namespace stratoscope::demo
