// Every pair's product of a layer, once: what was measured before a pass and has not to be multiplied again.
//
// Idea: panels of rows, each from its own first column on. A row of a pass is the end of its panel's row, and
// before that its columns in all earlier panels, turned round where they are copied: half the memory of a
// whole matrix, and no more copying than the pass does anyhow.
#pragma once

#include "core/engine/packed_rows.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace stratoscope::engine {

/// −2 × the product of equal rows, of which rounding may make anything else.
[[nodiscard]] constexpr float product_of_equals(float squared_length) {
    return -(squared_length + squared_length);
}

/// −2 × products of one layer. Immutable once all panels are put.
class KeptTriangle {
  public:
    static constexpr std::size_t panel_rows = 192; // as many as a block of a pass has, at most
    static_assert(panel_rows % PackedRows::alignment == 0);

    KeptTriangle() = default;
    explicit KeptTriangle(std::size_t images) : images_(images), panels_(panels(images)) {}

    [[nodiscard]] static std::size_t panels(std::size_t images) {
        return (images + panel_rows - 1) / panel_rows;
    }
    /// Positions of a panel's rows; its columns are from rows.first to the last.
    [[nodiscard]] static Range rows(std::size_t images, std::size_t panel);
    /// Floats from one row of a panel to the next.
    [[nodiscard]] static std::size_t stride(std::size_t images, std::size_t panel) {
        return PackedRows::padded(images) - panel * panel_rows;
    }
    /// Of all panels together.
    [[nodiscard]] static std::size_t bytes(std::size_t images);

    void put(std::size_t panel, AlignedVector<float> values) { panels_[panel] = std::move(values); }
    [[nodiscard]] const float* panel(std::size_t panel) const { return panels_[panel].data(); }

    /// The part of a block's rows that lies in this panel: `out` is the block's first row, by position.
    void copy(std::size_t panel, Range block, float* out, std::size_t out_stride) const;

  private:
    std::size_t images_ = 0;
    std::vector<AlignedVector<float>> panels_;
};

/// In the order of a pass.
struct KeptTriangles {
    std::vector<KeptTriangle> layers;
};

} // namespace stratoscope::engine
