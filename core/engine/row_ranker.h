// One query image: its neighbours in every layer, and the ranks of all of them in every other layer.
#pragma once

#include "core/engine/near_order.h"

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace stratoscope::engine {

using PreparedLayers = std::vector<std::shared_ptr<const PreparedLayer>>;

/// Which layers predict and which are predicted; the same size as the layers.
struct LayerRoles {
    std::vector<bool> source;
    std::vector<bool> target;
};

/// What rankers of one thread may share, since none needs it from one call to the next.
struct RankerScratch {
    NearOrder order;
    std::vector<std::uint32_t> slot_of_place;
    std::vector<std::uint32_t> seen_in_row;
    std::uint32_t row_number = 0;
    std::vector<float> masked;
    std::vector<std::uint32_t> ranks_by_place; // of the ranker that was completed last
    std::vector<std::uint64_t> sums;
};

/// For one thread; every look() replaces what was known of the row before.
class RowRanker {
  public:
    RowRanker(const PreparedLayers& layers, const LayerRoles& roles,
              std::shared_ptr<RankerScratch> scratch = std::make_shared<RankerScratch>())
        : layers_(layers), roles_(roles), scratch_(std::move(scratch)) {}

    /// distances[b]: the image's relative distances in layer b to the images named by columns (all when
    /// empty), +infinity at itself. Finds the `neighbours` nearest (and what ties) in each source layer that
    /// isn't constant.
    void look(std::size_t image, std::span<const float* const> distances, std::size_t count,
              std::span<const std::uint32_t> columns, std::size_t neighbours);

    /// The ranks, in each target layer, of the first `neighbours` of every source layer (and what ties with
    /// the last). Where `open` is given, one a layer, complete() has to follow once all of it is settled.
    void rank(std::size_t neighbours, std::span<OpenDoubts> open = {});
    void complete();

    /// After look().
    [[nodiscard]] const NearestPlaces& nearest(std::size_t layer) const { return nearest_[layer]; }
    /// out[b] = c_i(a→b) of MEASURES.md 1 for the row, in each target layer, k ≤ the neighbours ranked. After
    /// rank() or complete(), and before any ranker with the same scratch is completed.
    void divergences(std::size_t a, std::size_t k, std::span<double> out) const;
    /// The k nearest of the row in a layer with some places left out (where `excluded` is true for a place).
    void nearest_without(std::size_t layer, std::size_t k, const std::vector<bool>& excluded,
                         NearestPlaces& out);

    /// Of memory for ranks.
    [[nodiscard]] std::size_t rank_bytes() const noexcept {
        return twice_ranks_.size() * sizeof(std::uint32_t);
    }

  private:
    [[nodiscard]] std::span<const float> row(std::size_t layer) const { return {distances_[layer], count_}; }

    const PreparedLayers& layers_;
    const LayerRoles& roles_;
    std::shared_ptr<RankerScratch> scratch_;

    std::size_t image_ = 0;
    std::span<const float* const> distances_;
    std::size_t count_ = 0;
    std::span<const std::uint32_t> columns_;

    std::vector<NearestPlaces> nearest_;            // by layer
    std::vector<std::vector<std::uint32_t>> slots_; // by layer: where its neighbours stand in union_
    std::vector<std::uint32_t> union_;              // distinct places among all layers' neighbours
    std::vector<std::uint32_t> twice_ranks_;        // layer-major: target layer × union
};

} // namespace stratoscope::engine
