// The k nearest of every image in every layer, with the rows' products: what CKNNA is finished from.
#pragma once

#include "core/base/matrix.h"
#include "core/engine/row_ranker.h"

#include <cstdint>
#include <vector>

namespace stratoscope::engine {

struct NeighbourLists {
    std::size_t k = 0;
    std::vector<Matrix<std::uint32_t>> image; ///< by layer: N × k, nearest first; empty for a constant layer
    std::vector<Matrix<double>> product; ///< by layer: N × k, x_i·x_j of the rows as the distance sees them

    NeighbourLists() = default;
    NeighbourLists(const PreparedLayers& layers, std::size_t k);

    /// What the ranker has just looked at; distances: the row that it saw, by layer. Where the k-th place is
    /// tied, the first images of the file come in.
    void add(const PreparedLayers& layers, std::size_t image, const RowRanker& ranker,
             std::span<const std::uint32_t> order, std::span<const float* const> distances);
};

} // namespace stratoscope::engine
