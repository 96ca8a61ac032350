#include "core/engine/kept_triangle.h"

#include "core/engine/transposed.h"

#include <algorithm>

namespace stratoscope::engine {

Range KeptTriangle::rows(std::size_t images, std::size_t panel) {
    const std::size_t first = panel * panel_rows;
    return {first, std::min(panel_rows, images - first)};
}

std::size_t KeptTriangle::bytes(std::size_t images) {
    std::size_t floats = 0;
    for (std::size_t panel = 0; panel < panels(images); ++panel)
        floats += checked_product(rows(images, panel).count, stride(images, panel), "kept products");
    return checked_product(floats, sizeof(float), "kept products");
}

void KeptTriangle::copy(std::size_t panel, Range block, float* out, std::size_t out_stride) const {
    const Range mine = rows(images_, panel);
    const std::size_t my_stride = stride(images_, panel);
    const float* values = panels_[panel].data();
    for (std::size_t row = std::max(mine.first, block.first); row < std::min(mine.end(), block.end()); ++row)
        std::copy_n(values + (row - mine.first) * my_stride, images_ - mine.first,
                    out + (row - block.first) * out_stride + mine.first);
    const std::size_t below = std::max(mine.end(), block.first);
    if (below < block.end())
        transpose(values + (below - mine.first), my_stride, mine.count, block.end() - below,
                  out + (below - block.first) * out_stride + mine.first, out_stride);
}

} // namespace stratoscope::engine
