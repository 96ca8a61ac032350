// Two layers, image by image: which images make them differ, and what an image's nearest are in each.
#pragma once

#include "core/base/task.h"
#include "core/data/comparison.h"
#include "core/data/dataset.h"

#include <vector>

namespace stratoscope::engine {
class LayerStore;
}

namespace stratoscope::measures {

/// The images' parts c_i of the information imbalance of two layers, in both directions (MEASURES.md 1:
/// c_i(a→b) has mean Δ(a→b)).
struct PairDivergence {
    std::size_t k = 0;
    Distance distance = Distance::euclidean;
    std::vector<double> forward;  ///< (image) c_i(a→b)
    std::vector<double> backward; ///< (image) c_i(b→a)
    /// Whether the ranking of images would hold on other reference images: the rank correlation of c_i over
    /// two disjoint halves of the reference images, stepped up to the whole (Spearman–Brown). 1 = fully, 0 =
    /// not at all; NaN if undefined.
    double forward_reliability = 0.0;
    double backward_reliability = 0.0;
};

[[nodiscard]] PairDivergence pair_divergence(const Dataset& dataset, LayerId a, LayerId b, std::size_t k,
                                             Distance distance, engine::LayerStore& layers, const Task& task);

struct Neighbour {
    std::size_t image = 0;
    double distance = 0.0;      ///< in this layer, unit of the layer
    double rank = 0.0;          ///< mid-rank in this layer, 1 = nearest
    double rank_in_other = 0.0; ///< mid-rank in the other layer
    bool shared = false;        ///< among the k nearest in the other layer as well
};

struct PairNeighbours {
    std::size_t image = 0;
    std::vector<Neighbour> in_a; ///< nearest first, k of them (equal distances by image order)
    std::vector<Neighbour> in_b;
};

[[nodiscard]] PairNeighbours pair_neighbours(const Dataset& dataset, LayerId a, LayerId b, std::size_t image,
                                             std::size_t k, Distance distance, engine::LayerStore& layers,
                                             const Task& task);

} // namespace stratoscope::measures
