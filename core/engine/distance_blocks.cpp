#include "core/engine/distance_blocks.h"

#include "core/base/thread_pool.h"
#include "core/engine/transposed.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace stratoscope::engine {
namespace {

// Columns that one thread multiplies at a time. Where queries are packed from the values as stored, it is
// done for more.
constexpr std::size_t columns_at_a_time = 1024;
constexpr std::size_t columns_packed_at_a_time = 8192;

} // namespace

std::vector<Range> blocks_of(std::size_t images, std::size_t largest, std::size_t begin) {
    constexpr std::size_t step = PackedRows::alignment;
    largest = std::max(step, largest / step * step);
    std::vector<Range> blocks;
    const auto add = [&](std::size_t most, std::size_t end) {
        const std::size_t first = blocks.empty() ? 0 : blocks.back().end();
        blocks.push_back({first, std::min(most, end - first)});
    };
    while (begin > 0 && (blocks.empty() || blocks.back().end() < begin))
        add(largest, begin);
    std::size_t count = begin > 0 ? largest : std::clamp(images / 160 / step * step, step, largest);
    while (blocks.empty() || blocks.back().end() < images) {
        add(count, images);
        count = std::min(2 * count, largest);
    }
    return blocks;
}

DistanceBlocks::DistanceBlocks(const PreparedLayers& layers, std::span<const std::uint32_t> order,
                               const Plan& plan, const Task& task)
    : layers_(layers), order_(order), holding_(plan.holding), packing_(plan.packing), kept_all_(plan.kept),
      position_(positions_in(order)), blocks_(plan.blocks), stride_(PackedRows::padded(order.size())) {
    for (std::size_t block = plan.begin; block < blocks_.size(); ++block)
        most_rows_ = std::max(most_rows_, blocks_[block].count);
    std::vector<std::unique_ptr<PackedRows>> packed(layers.size());
    task.pool.parallel_for(layers.size(), [&](std::size_t layer, std::size_t) {
        task.check();
        packed[layer] = std::make_unique<PackedRows>(
            *layers[layer], order, kept_all_ != nullptr ? PackedRows::Packing::as_needed : packing_);
    });
    for (auto& rows : packed)
        packed_.push_back(std::move(*rows));
    for (std::size_t n = 0; n < (plan.ahead ? 2 : 1); ++n)
        rows_.emplace_back(checked_product(layers.size() * most_rows_, stride_, "a block of distances"));
    scratch_.resize(task.pool.size());
    plan_parts();
    plan_tiles(plan);
}

// Runs of whole blocks: each tile belongs to one.
void DistanceBlocks::plan_parts() {
    const std::size_t most_columns =
        packing_ == PackedRows::Packing::kept ? columns_at_a_time : columns_packed_at_a_time;
    for (std::size_t block = 0; block < blocks_.size(); ++block) {
        std::vector<Range>& parts = parts_.emplace_back();
        for (std::size_t other = 0; other < blocks_.size(); ++other) {
            const bool wide =
                !parts.empty() && blocks_[other].end() - blocks_[parts.back().first].first > most_columns;
            if (parts.empty() || wide || other == block)
                parts.push_back({other, 1});
            else
                ++parts.back().count;
        }
    }
}

void DistanceBlocks::plan_tiles(const Plan& plan) {
    const std::size_t budget = plan.tile_bytes / sizeof(float) / layers_.size();
    std::size_t waiting = 0;
    std::vector<double> products;
    for (std::size_t block = 0; block < blocks_.size(); ++block) {
        kept_.emplace_back(block, false);
        tile_.emplace_back(block);
    }
    for (std::size_t block = 0; block < blocks_.size(); ++block) {
        const std::size_t rows = blocks_[block].count;
        if (kept_all_ != nullptr) { // all are copied: what takes time is the same for each row
            products.push_back(static_cast<double>(blocks_[block].end()));
            continue;
        }
        for (std::size_t later = block + 1; block >= plan.begin && later < blocks_.size(); ++later) {
            const std::size_t size = tile_floats(later, block);
            if (waiting + size > budget)
                break;
            kept_[later][block] = true;
            tile_[later][block].resize(layers_.size());
            waiting += size;
        }
        std::size_t columns = order_.size() - blocks_[block].first;
        for (std::size_t earlier = 0; earlier < block; ++earlier)
            if (!kept_[block][earlier])
                columns += blocks_[earlier].count;
        // Tiles wait until the rows they are part of are used: while the next block is multiplied, or before.
        const std::size_t lag = plan.ahead ? 1 : 0;
        for (std::size_t earlier = 0; block >= lag && earlier < block - lag; ++earlier)
            if (kept_[block - lag][earlier])
                waiting -= tile_floats(block - lag, earlier);
        products.push_back(static_cast<double>(rows) * static_cast<double>(columns) +
                           (products.empty() ? 0.0 : products.back()));
    }
    for (const double done : products)
        products_until_.push_back(done / products.back());
}

std::size_t DistanceBlocks::parts_of_a_layer(std::size_t block) const {
    return kept_all_ != nullptr ? KeptTriangle::panels(blocks_[block].end()) // up to that of the last row
                                : parts_[block].size();
}

std::size_t DistanceBlocks::parts(std::size_t block) const {
    return layers_.size() * parts_of_a_layer(block);
}

void DistanceBlocks::compute_part(std::size_t block, std::size_t part, std::size_t worker, const Task& task) {
    task.check();
    const std::size_t layer = part / parts_of_a_layer(block);
    const std::size_t at = part % parts_of_a_layer(block);
    if (kept_all_ != nullptr)
        kept_all_->layers[layer].copy(at, blocks_[block], own_row(block, layer, 0), stride_);
    else
        multiply_part(layer, block, parts_[block][at], worker);
}

void DistanceBlocks::turn_to(std::size_t block) {
    drop_tiles(block_);
    block_ = block;
    plan_pieces();
}

void DistanceBlocks::compute(std::size_t block, const Task& task) {
    task.pool.parallel_for(
        parts(block), [&](std::size_t part, std::size_t worker) { compute_part(block, part, worker, task); });
    turn_to(block);
}

void DistanceBlocks::drop_tiles(std::size_t block) {
    for (std::vector<Tile>& of_layers : tile_[block])
        for (Tile& tile : of_layers)
            if (!tile.empty())
                give_back(std::exchange(tile, {}));
}

void DistanceBlocks::plan_pieces() {
    pieces_.clear();
    for (std::size_t other = 0; other < block_; ++other)
        if (kept_[block_][other])
            pieces_.push_back({blocks_[other], &tile_[block_][other]});
        else if (!pieces_.empty() && pieces_.back().tiles == nullptr)
            pieces_.back().columns.count += blocks_[other].count;
        else
            pieces_.push_back({blocks_[other], nullptr});
    if (std::ranges::all_of(pieces_, [](const Piece& piece) { return piece.tiles == nullptr; }))
        return pieces_.clear();
    const std::size_t first = blocks_[block_].first;
    pieces_.push_back({{first, order_.size() - first}, nullptr});
}

float* DistanceBlocks::row(std::size_t layer, std::size_t r, RowRoom& room) {
    float* row = own_row(block_, layer, r);
    if (!pieces_.empty()) {
        room.resize(layers_.size() * stride_);
        float* const together = room.data() + layer * stride_;
        for (const Piece& piece : pieces_)
            std::copy_n(piece.tiles == nullptr ? row + piece.columns.first
                                               : (*piece.tiles)[layer].data() + r * piece.columns.count,
                        piece.columns.count, together + piece.columns.first);
        row = together;
    }
    mark_equals(layer, r, holding_, row);
    return row;
}

// Rows of the later block, of which whole panels are written.
std::size_t DistanceBlocks::tile_floats(std::size_t later, std::size_t earlier) const {
    return PackedRows::padded(blocks_[later].count) * blocks_[earlier].count;
}

void DistanceBlocks::multiply_part(std::size_t layer, std::size_t block, Range others, std::size_t worker) {
    const Range queries = blocks_[block];
    Scratch& scratch = scratch_[worker];
    if (scratch.layer != layer || scratch.block != block) {
        packed_[layer].pack(queries, scratch.queries);
        scratch.layer = layer;
        scratch.block = block;
    }
    Range missing{others.first, 0}; // neighbouring blocks are multiplied together
    for (std::size_t other = others.first; other < others.end(); ++other) {
        if (other >= block || !kept_[block][other]) {
            ++missing.count;
            continue;
        }
        multiply(layer, block, missing, scratch);
        missing = {other + 1, 0};
    }
    multiply(layer, block, missing, scratch);
}

void DistanceBlocks::multiply(std::size_t layer, std::size_t block, Range others, Scratch& scratch) {
    if (others.count == 0)
        return;
    const Range queries = blocks_[block];
    const std::size_t first = blocks_[others.first].first;
    const Range columns{first, blocks_[others.end() - 1].end() - first};
    scratch.mirrors.clear();
    for (std::size_t other = others.first; other < others.end(); ++other) {
        const bool kept = other > block && kept_[other][block];
        if (kept)
            tile_[other][block][layer] = take(tile_floats(other, block));
        for (std::size_t c = 0; c < blocks_[other].count; c += PackedRows::alignment)
            scratch.mirrors.push_back(kept ? tile_[other][block][layer].data() + c * queries.count : nullptr);
    }
    const MatrixView<float> out{own_row(block, layer, 0) + first, queries.count, columns.count, stride_};
    const auto fill = others.first == block ? PackedRows::Fill::upper : PackedRows::Fill::all;
    const Mirror mirror{scratch.mirrors, queries.count};
    if (holding_ == Holding::distances)
        packed_[layer].relative_distances(scratch.queries, columns, out, fill, mirror);
    else
        packed_[layer].products(scratch.queries, columns, out, fill, mirror);
    if (fill == PackedRows::Fill::upper)
        mirror_upper(out.data, stride_, queries.count, PackedRows::alignment);
}

void DistanceBlocks::finish_row(std::size_t layer, std::size_t r, float* row) const {
    packed_[layer].add_lengths(blocks_[block_].first + r, {row, order_.size()});
    mark_equals(layer, r, Holding::distances, row);
}

void DistanceBlocks::mark_equals(std::size_t layer, std::size_t r, Holding holding, float* row) const {
    const std::size_t position = blocks_[block_].first + r;
    const float of_equals = holding == Holding::distances
                                ? layers_[layer]->relative_distance_of_equals()
                                : product_of_equals(squared_lengths(layer)[position]);
    for (const std::uint32_t twin : layers_[layer]->twins(order_[position]))
        row[position_[twin]] = of_equals;
    if (holding == Holding::distances)
        row[position] = std::numeric_limits<float>::infinity();
}

DistanceBlocks::Tile DistanceBlocks::take(std::size_t floats) {
    {
        const std::lock_guard lock(free_mutex_);
        if (auto& same = free_[floats]; !same.empty()) {
            Tile tile = std::move(same.back());
            same.pop_back();
            return tile;
        }
        // Blocks grow: what was right for smaller ones makes room for it.
        std::size_t released = 0;
        for (auto& [size, tiles] : free_)
            for (; !tiles.empty() && released < floats; released += size)
                tiles.pop_back();
    }
    return Tile(floats);
}

void DistanceBlocks::give_back(Tile tile) {
    const std::lock_guard lock(free_mutex_);
    free_[tile.size()].push_back(std::move(tile));
}

} // namespace stratoscope::engine
