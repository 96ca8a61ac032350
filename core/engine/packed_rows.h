// One layer's rows in the order of a pass, laid out so that squared distances between any of them come at the
// speed of the matrix product.
//
// Idea: BLAS repacks its right side at every call; a pass multiplies against the same rows hundreds of times,
// so they are packed once (1 % of the products' time) and the lengths are added where the tile still is in
// registers.
#pragma once

#include "core/engine/prepared_layer.h"

#include <cstdint>
#include <span>
#include <vector>

namespace stratoscope::engine {

/// first … first + count − 1, positions in the order of the pass.
struct Range {
    std::size_t first = 0;
    std::size_t count = 0;
    [[nodiscard]] std::size_t end() const noexcept { return first + count; }
};

/// Every image at its own place: the order of a pass that needs none.
[[nodiscard]] std::vector<std::uint32_t> file_order(std::size_t images);

/// Immutable.
class PackedRows {
  public:
    /// Ranges of columns begin at multiples of this, and whole multiples of it are written.
    static constexpr std::size_t alignment = 32;

    /// order: the image at each position.
    PackedRows(const PreparedLayer& layer, std::span<const std::uint32_t> order);

    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    /// By position.
    [[nodiscard]] const float* squared_lengths() const noexcept { return squared_lengths_.data(); }
    [[nodiscard]] static std::size_t padded(std::size_t columns) {
        return (columns + alignment - 1) / alignment * alignment;
    }

    /// upper: what lies below the squares (of `alignment`) on the diagonal is left as it was. Each is
    /// another's mirror image, where rows and columns overlap.
    enum class Fill { all, upper };

    /// out(r, c) = squared distance of positions rows.first + r and columns.first + c, in float32, ≥ 0, the
    /// same bits whichever of the two is the row. out.stride ≥ padded(columns.count), and that many columns
    /// are written. `scratch` is the caller's, one a thread.
    void squared_distances(Range rows, Range columns, MatrixView<float> out, AlignedVector<float>& scratch,
                           Fill fill = Fill::all) const;
    /// The same without the lengths: out(r, c) = −2 x·y. add_lengths() makes distances of it, with the same
    /// bits as squared_distances().
    void products(Range rows, Range columns, MatrixView<float> out, AlignedVector<float>& scratch,
                  Fill fill = Fill::all) const;
    /// row: products of position `row_position` with all positions.
    void add_lengths(std::size_t row_position, std::span<float> row) const;

  private:
    void multiply(Range rows, Range columns, MatrixView<float> out, AlignedVector<float>& scratch,
                  bool with_lengths, Fill fill) const;
    void pack_queries(Range rows, Range depth, float* to) const;
    [[nodiscard]] const float* panel(std::size_t column, Range depth) const;

    std::size_t rows_;
    std::size_t dimension_;
    std::size_t padded_rows_;
    AlignedVector<float> values_; // by part of the dimension, panel, dimension, column
    AlignedVector<float> squared_lengths_;
};

} // namespace stratoscope::engine
