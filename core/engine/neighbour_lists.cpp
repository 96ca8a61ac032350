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
                         std::span<const std::uint32_t> order, std::span<const float* const> distances) {
    std::vector<std::uint32_t> tied; // places
    for (std::size_t layer = 0; layer < layers.size(); ++layer) {
        if (layers[layer]->constant())
            continue;
        const NearestPlaces& near = ranker.nearest(layer);
        const auto put = [&](std::size_t position, std::uint32_t place) {
            image[layer](query, position) = order[place];
            product[layer](query, position) =
                layers[layer]->product(query, order[place], distances[layer][place]);
        };
        const std::size_t begin = near.run_begin[k - 1];
        for (std::size_t position = 0; position < begin; ++position)
            put(position, near.place[position]);
        tied.assign(near.place.begin() + static_cast<std::ptrdiff_t>(begin),
                    near.place.begin() + static_cast<std::ptrdiff_t>(near.run_end[k - 1]));
        std::ranges::sort(tied, {}, [&](std::uint32_t place) { return order[place]; });
        for (std::size_t position = begin; position < k; ++position)
            put(position, tied[position - begin]);
    }
}

} // namespace stratoscope::engine
