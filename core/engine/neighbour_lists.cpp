#include "core/engine/neighbour_lists.h"

#include <algorithm>

namespace stratoscope::engine {

NeighbourLists::NeighbourLists(const PreparedLayers& layers, std::size_t k_) : k(k_) {
    for (const auto& layer : layers) {
        const std::size_t images = layer->constant() ? 0 : layer->images();
        image.emplace_back(images, k);
        product.emplace_back(images, k);
    }
}

void NeighbourLists::add(const PreparedLayers& layers, std::size_t query, const RowRanker& ranker,
                         std::span<const std::uint32_t> order) {
    std::vector<std::uint32_t> tied;
    for (std::size_t layer = 0; layer < layers.size(); ++layer) {
        if (layers[layer]->constant())
            continue;
        const NearestPlaces& near = ranker.nearest(layer);
        const std::span<std::uint32_t> images = image[layer].row(query);
        const std::size_t begin = near.run_begin[k - 1];
        for (std::size_t position = 0; position < begin; ++position)
            images[position] = order[near.place[position]];
        tied.clear();
        for (std::size_t position = begin; position < near.run_end[k - 1]; ++position)
            tied.push_back(order[near.place[position]]);
        std::ranges::sort(tied);
        std::copy_n(tied.begin(), k - begin, images.begin() + static_cast<std::ptrdiff_t>(begin));
        for (std::size_t position = 0; position < k; ++position)
            product[layer](query, position) = layers[layer]->exact_product(query, images[position]);
    }
}

} // namespace stratoscope::engine
