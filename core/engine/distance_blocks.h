// The rows of all layers' distances, a block of query images at a time, each distance computed once where
// memory allows.
//
// Idea: d(i,j) = d(j,i). A block multiplies against its own and later columns only; what later blocks will
// need is stored transposed too, right from the registers, in tiles that are dropped once the block is
// through, so at most a little more than N²/4 floats a layer wait at a time. Rows are put together from tiles
// one by one, just before they are used: together, a block's rows would go to memory and back. A tile that
// finds no room is computed again: with less memory the pass is slower, never different. Where all pairs were
// kept before the pass, blocks copy from there.
#pragma once

#include "core/base/task.h"
#include "core/engine/kept_triangle.h"
#include "core/engine/packed_rows.h"
#include "core/engine/row_ranker.h"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace stratoscope::engine {

/// Consecutive ranges of 0 … images−1: a small one first, for an early picture, then each twice the former,
/// up to `largest`. All but the last have a multiple of PackedRows::alignment. Where a pass goes on at
/// `begin`, a multiple of it too, one of them begins there, and all are of the largest size that fits.
[[nodiscard]] std::vector<Range> blocks_of(std::size_t images, std::size_t largest, std::size_t begin = 0);

/// What rows hold: relative distances, or −2 × products.
enum class Holding { distances, products };

class DistanceBlocks {
  public:
    struct Plan {
        std::vector<Range> blocks;
        std::size_t begin = 0;                ///< the first block that is asked for
        std::size_t tile_bytes = 0;           ///< for tiles that wait
        Holding holding = Holding::distances; ///< what row() gives; products where kept
        const KeptTriangles* kept = nullptr;  ///< of the same order; to outlive this
        bool ahead = false; ///< the next block may be computed while rows of one are asked for
        PackedRows::Packing packing = PackedRows::Packing::kept;
    };

    /// order: the image at each position of the pass. layers and order must outlive this.
    DistanceBlocks(const PreparedLayers& layers, std::span<const std::uint32_t> order, const Plan& plan,
                   const Task& task);

    [[nodiscard]] const std::vector<Range>& blocks() const noexcept { return blocks_; }

    /// What a block's rows need is multiplied in so many parts, which threads share in any order. Blocks come
    /// in their order from plan.begin on, each once.
    [[nodiscard]] std::size_t parts(std::size_t block) const;
    void compute_part(std::size_t block, std::size_t part, std::size_t worker, const Task& task);
    /// Rows are those of this block from now on, all parts of which are computed.
    void turn_to(std::size_t block);
    /// All parts, by all threads, and turns to it.
    void compute(std::size_t block, const Task& task);

    /// Where rows are put together. The caller's, one a thread.
    using RowRoom = AlignedVector<float>;

    /// What the r-th query of the block last turned to holds, by position. Relative distances
    /// (PreparedLayer): +infinity at itself, relative_distance_of_equals() at rows equal to it. Once a row;
    /// valid until the next row of the same layer is asked for with the same room, or the next block turned
    /// to.
    [[nodiscard]] float* row(std::size_t layer, std::size_t r, RowRoom& room);

    /// Turns −2 × products of the r-th query, which row() gave, into distances; once a row, where `products`
    /// were asked for.
    void finish_row(std::size_t layer, std::size_t r, float* row) const;

    /// Squared lengths of a layer's rows by position.
    [[nodiscard]] const float* squared_lengths(std::size_t layer) const {
        return packed_[layer].squared_lengths();
    }

    /// Share of all products that the blocks up to and with this one take.
    [[nodiscard]] double share_of_products(std::size_t block) const { return products_until_[block]; }

  private:
    using Tile = AlignedVector<float>;
    struct Piece { // of a row
        Range columns;
        const std::vector<Tile>* tiles; // by layer; null: it is in its own row
    };
    struct Scratch { // of a worker
        std::size_t layer = std::size_t(-1);
        std::size_t block = 0;
        PackedRows::Queries queries; // what it multiplied last
        std::vector<float*> mirrors;
    };

    void plan_parts();
    void plan_tiles(const Plan& plan);
    void multiply_part(std::size_t layer, std::size_t block, Range others, std::size_t worker);
    void multiply(std::size_t layer, std::size_t block, Range others, Scratch& scratch);
    [[nodiscard]] std::size_t tile_floats(std::size_t later, std::size_t earlier) const;
    void drop_tiles(std::size_t block);
    void plan_pieces();
    void mark_equals(std::size_t layer, std::size_t r, Holding holding, float* row) const;
    [[nodiscard]] Tile take(std::size_t floats);
    void give_back(Tile tile);
    [[nodiscard]] std::size_t parts_of_a_layer(std::size_t block) const;
    [[nodiscard]] float* own_row(std::size_t block, std::size_t layer, std::size_t r) {
        return rows_[block % rows_.size()].data() + (layer * most_rows_ + r) * stride_;
    }

    const PreparedLayers& layers_;
    std::span<const std::uint32_t> order_;
    Holding holding_;
    PackedRows::Packing packing_;
    const KeptTriangles* kept_all_;
    std::size_t block_ = 0;               // that rows are asked of
    std::vector<Piece> pieces_;           // of its rows; none: they are whole
    std::vector<std::uint32_t> position_; // of each image
    std::vector<Range> blocks_;
    std::size_t stride_;
    std::size_t most_rows_ = 0;
    std::vector<PackedRows> packed_;
    std::vector<AlignedVector<float>> rows_;           // of a block, or two: layer, query, position
    std::vector<std::vector<Range>> parts_;            // by block: other blocks multiplied at a time
    std::vector<std::vector<bool>> kept_;              // (later block, earlier block): its tiles wait
    std::vector<std::vector<std::vector<Tile>>> tile_; // later block, earlier block, layer
    std::vector<double> products_until_;
    std::vector<Scratch> scratch_;
    std::mutex free_mutex_;
    std::map<std::size_t, std::vector<Tile>> free_; // by size
};

} // namespace stratoscope::engine
