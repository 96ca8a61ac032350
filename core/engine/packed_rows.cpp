#include "core/engine/packed_rows.h"

#include "core/engine/multiversion_private.h"
#include "core/engine/product_kernel.h"

#include <algorithm>
#include <numeric>

namespace stratoscope::engine {
namespace {

// Of the dimension, at a time: a panel of 32 such columns fits the first cache beside a panel of queries.
constexpr std::size_t depth_at_a_time = 256;
// Rows and columns whose tiles stay in the second cache, beside the queries, until the whole dimension is
// through. Rows: a multiple of every kernel's.
constexpr std::size_t rows_at_a_time = 192;
constexpr std::size_t columns_at_a_time = 256;

STRATOSCOPE_MULTIVERSION
void distances_from_products(float* row, std::size_t n, float length, const float* lengths) {
    for (std::size_t j = 0; j < n; ++j) {
        const float d2 = row[j] + (lengths[j] + length);
        row[j] = d2 > 0.0F ? d2 : 0.0F;
    }
}

} // namespace

std::vector<std::uint32_t> file_order(std::size_t images) {
    std::vector<std::uint32_t> order(images);
    std::iota(order.begin(), order.end(), 0U);
    return order;
}

PackedRows::PackedRows(const PreparedLayer& layer, std::span<const std::uint32_t> order)
    : rows_(order.size()), dimension_(layer.dimension()), padded_rows_(padded(order.size())),
      values_(checked_product(padded_rows_, dimension_, "packed rows")),
      squared_lengths_(padded_rows_, 0.0F) {
    const std::size_t width = product_kernel().columns;
    std::vector<float> row(dimension_);
    for (std::size_t position = 0; position < padded_rows_; ++position) {
        if (position < rows_) {
            layer.working_row(order[position], row);
            squared_lengths_[position] = layer.squared_lengths()[order[position]];
        } else {
            std::ranges::fill(row, 0.0F);
        }
        for (std::size_t first = 0; first < dimension_; first += depth_at_a_time) {
            const Range depth{first, std::min(depth_at_a_time, dimension_ - first)};
            float* to = values_.data() + (panel(position, depth) - values_.data()) + position % width;
            for (std::size_t k = 0; k < depth.count; ++k)
                to[k * width] = row[first + k];
        }
    }
}

const float* PackedRows::panel(std::size_t column, Range depth) const {
    const std::size_t width = product_kernel().columns;
    return values_.data() + depth.first * padded_rows_ + column / width * width * depth.count;
}

void PackedRows::pack_queries(Range rows, Range depth, float* to) const {
    const ProductKernel& kernel = product_kernel();
    const std::size_t width = kernel.columns;
    for (std::size_t first = rows.first; first < rows.end(); first += kernel.rows) {
        for (std::size_t r = 0; r < kernel.rows; ++r) {
            // Rows beyond the end only fill the panel; their sums are never written.
            const std::size_t position = std::min(first + r, padded_rows_ - 1);
            const float* from = panel(position, depth) + position % width;
            for (std::size_t k = 0; k < depth.count; ++k)
                to[k * kernel.rows + r] = -2.0F * from[k * width];
        }
        to += kernel.rows * depth.count;
    }
}

void PackedRows::squared_distances(Range rows, Range columns, MatrixView<float> out,
                                   AlignedVector<float>& scratch, Fill fill) const {
    multiply(rows, columns, out, scratch, true, fill);
}

void PackedRows::products(Range rows, Range columns, MatrixView<float> out, AlignedVector<float>& scratch,
                          Fill fill) const {
    multiply(rows, columns, out, scratch, false, fill);
}

void PackedRows::add_lengths(std::size_t row_position, std::span<float> row) const {
    distances_from_products(row.data(), row.size(), squared_lengths_[row_position], squared_lengths_.data());
}

void PackedRows::multiply(Range rows, Range columns, MatrixView<float> out, AlignedVector<float>& scratch,
                          bool with_lengths, Fill fill) const {
    const ProductKernel& kernel = product_kernel();
    const std::size_t padded_queries = (rows.count + kernel.rows - 1) / kernel.rows * kernel.rows;
    scratch.resize(padded_queries * dimension_);
    for (std::size_t first = 0; first < dimension_; first += depth_at_a_time)
        pack_queries(rows, {first, std::min(depth_at_a_time, dimension_ - first)},
                     scratch.data() + first * padded_queries);
    const std::size_t end = columns.first + padded(columns.count);
    for (std::size_t block = 0; block < rows.count; block += rows_at_a_time)
        for (std::size_t group = columns.first; group < end; group += columns_at_a_time)
            for (std::size_t first = 0; first < dimension_; first += depth_at_a_time) {
                const Range depth{first, std::min(depth_at_a_time, dimension_ - first)};
                const bool last = with_lengths && first + depth.count == dimension_;
                const float* queries = scratch.data() + first * padded_queries;
                for (std::size_t column = group; column < std::min(end, group + columns_at_a_time);
                     column += kernel.columns) {
                    const float* right = panel(column, depth);
                    const std::size_t behind = column / alignment * alignment + alignment;
                    const std::size_t rows_end =
                        std::min({rows.count, block + rows_at_a_time,
                                  fill == Fill::all ? rows.count : behind - std::min(behind, rows.first)});
                    for (std::size_t r = block; r < rows_end; r += kernel.rows) {
                        const TileLengths lengths =
                            last ? TileLengths{squared_lengths_.data() + rows.first + r,
                                               squared_lengths_.data() + column}
                                 : TileLengths{};
                        kernel.tile(depth.count, queries + r * depth.count, right,
                                    out.data + r * out.stride + (column - columns.first), out.stride,
                                    std::min(kernel.rows, rows.count - r), first == 0, lengths);
                    }
                }
            }
}

} // namespace stratoscope::engine
