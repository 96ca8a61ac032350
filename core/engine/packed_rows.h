// One layer's rows in the order of a pass, laid out so that distances between any of them come at the
// speed of the matrix product.
//
// Idea: BLAS repacks its right side at every call; a pass multiplies against the same rows hundreds of times,
// so they are packed once (1 % of the products' time) and the lengths are added where the tile still is in
// registers. Where memory has no room for all of them, a few hundred columns at a time are packed from the
// values as stored, just before they are multiplied: the same bits, a tenth slower with many queries.
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
/// Where each image stands in an order.
[[nodiscard]] std::vector<std::uint32_t> positions_in(std::span<const std::uint32_t> order);

/// Where distances go a second time, transposed: to the columns' own rows, later. Of an even number of
/// queries.
struct Mirror {
    std::span<float* const> panels; ///< one for each PackedRows::alignment columns; null: they don't
    std::size_t stride = 0;         ///< column c of a panel goes to panel + c·stride
};

/// Immutable.
class PackedRows {
  public:
    /// Ranges of columns begin at multiples of this, and whole multiples of it are written.
    static constexpr std::size_t alignment = 32;

    enum class Packing { kept, as_needed };

    /// order: the image at each position. As needed, layer and order must outlive this.
    PackedRows(const PreparedLayer& layer, std::span<const std::uint32_t> order,
               Packing packing = Packing::kept);
    /// What the rows take when kept.
    [[nodiscard]] static std::size_t bytes_kept(std::size_t images, std::size_t dimension) {
        return checked_product(checked_product(padded(images), dimension, "packed rows"), sizeof(float),
                               "packed rows");
    }
    /// What products of so many queries take of each thread's scratch memory, at most.
    [[nodiscard]] static std::size_t scratch_bytes(std::size_t queries, std::size_t dimension);

    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    /// By position.
    [[nodiscard]] const float* squared_lengths() const noexcept { return squared_lengths_.data(); }
    [[nodiscard]] static std::size_t padded(std::size_t columns) {
        return (columns + alignment - 1) / alignment * alignment;
    }

    /// upper: what lies below the squares (of `alignment`) on the diagonal is left as it was. Each is
    /// another's mirror image, where rows and columns overlap.
    enum class Fill { all, upper };

    /// Rows as the left side of products, packed once for all columns they are multiplied against. The
    /// caller's, one a thread.
    struct Queries {
        Range rows;
        AlignedVector<float> values;
        AlignedVector<float> columns; ///< scratch, where columns are packed as needed
    };
    void pack(Range rows, Queries& out) const;

    /// out(r, c) = relative distance (PreparedLayer) of positions queries.rows.first + r and columns.first +
    /// c, in float32, that of equal rows or more, the same bits whichever of the two is the row. out.stride ≥
    /// padded(columns.count), and that many columns are written.
    void relative_distances(Queries& queries, Range columns, MatrixView<float> out, Fill fill = Fill::all,
                            const Mirror& mirror = {}) const;
    /// The same without the lengths: out(r, c) = −2 x·y. add_lengths() makes distances of it, with the same
    /// bits as relative_distances().
    void products(Queries& queries, Range columns, MatrixView<float> out, Fill fill = Fill::all,
                  const Mirror& mirror = {}) const;
    /// row: products of position `row_position` with all positions.
    void add_lengths(std::size_t row_position, std::span<float> row) const;

  private:
    /// Packed columns from `first` on.
    struct Panels {
        const float* values;
        std::size_t first;
        std::size_t columns;
        [[nodiscard]] const float* at(std::size_t column, Range depth) const;
    };

    void multiply(Queries& queries, Range columns, MatrixView<float> out, bool with_lengths, Fill fill,
                  const Mirror& mirror) const;
    void pack_columns(Range columns, float* to, float* rows) const;
    void pack_part(Range rows, Range depth, float* to) const;
    void pack_as_needed(Range rows, float* to) const;

    std::size_t rows_;
    std::size_t dimension_;
    std::size_t padded_rows_;
    const PreparedLayer* layer_;           // where packed as needed, else null
    std::span<const std::uint32_t> order_; // the same
    AlignedVector<float> values_;          // by part of the dimension, panel, dimension, column
    float of_equals_;                      // relative distance
    AlignedVector<float> squared_lengths_;
    AlignedVector<float> relative_lengths_;
};

} // namespace stratoscope::engine
