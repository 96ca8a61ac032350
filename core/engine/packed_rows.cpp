#include "core/engine/packed_rows.h"

#include "core/engine/multiversion_private.h"
#include "core/engine/product_kernel.h"
#include "core/engine/row_sums.h"
#include "core/engine/transposed.h"

#include <algorithm>
#include <numeric>

namespace stratoscope::engine {
namespace {

// Of the dimension, at a time: a panel of 32 such columns fits the first cache beside a panel of queries.
constexpr std::size_t depth_at_a_time = 2 * ProductKernel::summed_at_a_time;
// Rows and columns whose tiles stay in the second cache, beside the queries, until the whole dimension is
// through. Rows: a multiple of every kernel's.
constexpr std::size_t rows_at_a_time = 192;
constexpr std::size_t columns_at_a_time = 256;

} // namespace

std::vector<std::uint32_t> file_order(std::size_t images) {
    std::vector<std::uint32_t> order(images);
    std::iota(order.begin(), order.end(), 0U);
    return order;
}

std::vector<std::uint32_t> positions_in(std::span<const std::uint32_t> order) {
    std::vector<std::uint32_t> positions(order.size());
    for (std::size_t position = 0; position < order.size(); ++position)
        positions[order[position]] = static_cast<std::uint32_t>(position);
    return positions;
}

PackedRows::PackedRows(const PreparedLayer& layer, std::span<const std::uint32_t> order, Packing packing)
    : rows_(order.size()), dimension_(layer.dimension()), padded_rows_(padded(order.size())), layer_(&layer),
      order_(order), of_equals_(layer.relative_distance_of_equals()), squared_lengths_(padded_rows_, 0.0F),
      relative_lengths_(padded_rows_, 0.0F) {
    for (std::size_t position = 0; position < rows_; ++position) {
        squared_lengths_[position] = layer.squared_length(order[position]);
        relative_lengths_[position] = layer.relative_length(order[position]);
    }
    if (packing == Packing::as_needed)
        return;
    values_ = AlignedVector<float>(checked_product(padded_rows_, dimension_, "packed rows"));
    AlignedVector<float> rows(product_kernel().columns * dimension_);
    pack_columns({0, padded_rows_}, values_.data(), rows.data());
    layer_ = nullptr;
    order_ = {};
}

std::size_t PackedRows::scratch_bytes(std::size_t queries, std::size_t dimension) {
    return checked_product(padded(queries) + columns_at_a_time + product_kernel().columns, dimension,
                           "packed rows") *
           sizeof(float);
}

// rows: scratch for as many rows as a panel has.
void PackedRows::pack_columns(Range columns, float* to, float* rows) const {
    const std::size_t width = product_kernel().columns;
    for (std::size_t first = 0; first < columns.count; first += width) {
        for (std::size_t c = 0; c < width; ++c) {
            const std::size_t position = columns.first + first + c;
            if (position + 1 < rows_)
                layer_->prefetch(order_[position + 1]);
            const std::span<float> row(rows + c * dimension_, dimension_);
            if (position < rows_)
                layer_->working_row(order_[position], row);
            else
                std::ranges::fill(row, 0.0F);
        }
        for (std::size_t part = 0; part < dimension_; part += depth_at_a_time) {
            const std::size_t depth = std::min(depth_at_a_time, dimension_ - part);
            transpose(rows + part, dimension_, width, depth, to + part * columns.count + first * depth,
                      width);
        }
    }
}

const float* PackedRows::Panels::at(std::size_t column, Range depth) const {
    const std::size_t width = product_kernel().columns;
    return values + depth.first * columns + (column - first) / width * width * depth.count;
}

void PackedRows::pack_part(Range rows, Range depth, float* to) const {
    const ProductKernel& kernel = product_kernel();
    const std::size_t width = kernel.columns;
    const Panels all{values_.data(), 0, padded_rows_};
    for (std::size_t first = rows.first; first < rows.end(); first += kernel.rows) {
        // They lie in one panel, or in two that are neighbours. Rows beyond the end only fill the panel;
        // their sums are never written.
        for (std::size_t r = 0; r < kernel.rows;) {
            const std::size_t position = std::min(first + r, padded_rows_ - 1);
            const std::size_t here =
                first + r < padded_rows_ ? std::min(kernel.rows - r, width - position % width) : 1;
            const float* from = all.at(position, depth) + position % width;
            for (std::size_t k = 0; k < depth.count; ++k)
                for (std::size_t at = 0; at < here; ++at)
                    to[k * kernel.rows + r + at] = -2.0F * from[k * width + at];
            r += here;
        }
        to += kernel.rows * depth.count;
    }
}

void PackedRows::pack_as_needed(Range rows, float* to) const {
    const ProductKernel& kernel = product_kernel();
    const std::size_t padded_queries = (rows.count + kernel.rows - 1) / kernel.rows * kernel.rows;
    std::vector<float> row(dimension_);
    for (std::size_t query = 0; query < padded_queries; ++query) {
        layer_->working_row(order_[std::min(rows.first + query, rows_ - 1)], row);
        for (std::size_t part = 0; part < dimension_; part += depth_at_a_time) {
            const std::size_t depth = std::min(depth_at_a_time, dimension_ - part);
            float* panel = to + part * padded_queries + query / kernel.rows * kernel.rows * depth;
            for (std::size_t k = 0; k < depth; ++k)
                panel[k * kernel.rows + query % kernel.rows] = -2.0F * row[part + k];
        }
    }
}

void PackedRows::pack(Range rows, Queries& out) const {
    const std::size_t tile_rows = product_kernel().rows;
    const std::size_t padded_queries = (rows.count + tile_rows - 1) / tile_rows * tile_rows;
    out.rows = rows;
    out.values.resize(padded_queries * dimension_);
    if (layer_ != nullptr)
        return pack_as_needed(rows, out.values.data());
    for (std::size_t first = 0; first < dimension_; first += depth_at_a_time)
        pack_part(rows, {first, std::min(depth_at_a_time, dimension_ - first)},
                  out.values.data() + first * padded_queries);
}

void PackedRows::relative_distances(Queries& queries, Range columns, MatrixView<float> out, Fill fill,
                                    const Mirror& mirror) const {
    multiply(queries, columns, out, true, fill, mirror);
}

void PackedRows::products(Queries& queries, Range columns, MatrixView<float> out, Fill fill,
                          const Mirror& mirror) const {
    multiply(queries, columns, out, false, fill, mirror);
}

void PackedRows::add_lengths(std::size_t row_position, std::span<float> row) const {
    distances_of_products(row.data(), row.size(), relative_lengths_[row_position], relative_lengths_.data(),
                          of_equals_, row.data());
}

void PackedRows::multiply(Queries& packed, Range columns, MatrixView<float> out, bool with_lengths, Fill fill,
                          const Mirror& mirror) const {
    const ProductKernel& kernel = product_kernel();
    const Range rows = packed.rows;
    const std::size_t padded_queries = (rows.count + kernel.rows - 1) / kernel.rows * kernel.rows;
    const std::size_t end = columns.first + padded(columns.count);
    const auto end_at = [&](std::size_t row, std::size_t column) {
        TileEnd end_of_tile;
        if (with_lengths) {
            end_of_tile.row_lengths = relative_lengths_.data() + rows.first + row;
            end_of_tile.column_lengths = relative_lengths_.data() + column;
            end_of_tile.least = of_equals_;
        }
        float* const panel =
            mirror.panels.empty() ? nullptr : mirror.panels[(column - columns.first) / alignment];
        if (panel != nullptr) {
            end_of_tile.mirror = panel + column % alignment * mirror.stride + row;
            end_of_tile.mirror_stride = mirror.stride;
        }
        return end_of_tile;
    };
    // The panel that comes after this one.
    const auto next_panel = [&](const Panels& panels, std::size_t group, std::size_t column, Range depth) {
        const std::size_t group_end = std::min(end, group + columns_at_a_time);
        if (column + kernel.columns < group_end)
            return panels.at(column + kernel.columns, depth);
        if (depth.end() < dimension_)
            return panels.at(group, {depth.end(), std::min(depth_at_a_time, dimension_ - depth.end())});
        return panels.at(group_end, {0, std::min(depth_at_a_time, dimension_)});
    };
    const auto multiply_tiles = [&](const Panels& panels, std::size_t block, std::size_t group) {
        for (std::size_t first = 0; first < dimension_; first += depth_at_a_time) {
            const Range depth{first, std::min(depth_at_a_time, dimension_ - first)};
            const bool last = first + depth.count == dimension_;
            const float* queries = packed.values.data() + first * padded_queries;
            for (std::size_t column = group; column < std::min(end, group + columns_at_a_time);
                 column += kernel.columns) {
                const float* right = panels.at(column, depth);
                const std::size_t behind = column / alignment * alignment + alignment;
                const std::size_t rows_end =
                    std::min({rows.count, block + rows_at_a_time,
                              fill == Fill::all ? rows.count : behind - std::min(behind, rows.first)});
                const float* ahead = next_panel(panels, group, column, depth);
                for (std::size_t r = block; r < rows_end; r += kernel.rows) {
                    kernel.tile(depth.count, queries + r * depth.count, right, ahead,
                                out.data + r * out.stride + (column - columns.first), out.stride,
                                std::min(kernel.rows, rows.count - r), first == 0,
                                last ? end_at(r, column) : TileEnd{});
                    ahead += ProductKernel::ahead_a_depth * depth.count;
                }
            }
        }
    };
    if (layer_ == nullptr) {
        for (std::size_t block = 0; block < rows.count; block += rows_at_a_time)
            for (std::size_t group = columns.first; group < end; group += columns_at_a_time)
                multiply_tiles({values_.data(), 0, padded_rows_}, block, group);
        return;
    }
    // Each group is packed once, for all queries. In scratch: the group, and rows on their way there.
    packed.columns.resize((columns_at_a_time + kernel.columns) * dimension_);
    float* const group_values = packed.columns.data();
    float* const unpacked = group_values + columns_at_a_time * dimension_;
    for (std::size_t group = columns.first; group < end; group += columns_at_a_time) {
        const Range some{group, std::min(columns_at_a_time, end - group)};
        pack_columns(some, group_values, unpacked);
        for (std::size_t block = 0; block < rows.count; block += rows_at_a_time)
            multiply_tiles({group_values, group, some.count}, block, group);
    }
}

} // namespace stratoscope::engine
