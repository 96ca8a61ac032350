// How many coordinates a layer's images would need: 2NN (Facco et al. 2017) and, for how that depends on the
// scale, Gride (Denti et al. 2022). One number a layer, not a pair.
#pragma once

#include "core/base/task.h"
#include "core/data/comparison.h"
#include "core/data/dataset.h"
#include "core/data/warning.h"

#include <cstddef>
#include <string>
#include <vector>

namespace stratoscope::engine {
class LayerStore;
}

namespace stratoscope::measures {

/// NaN where it is not defined: a constant layer, fewer than 4 images that have no twin.
struct DimensionAtScale {
    std::size_t neighbour = 2; ///< n₂ = 2·n₁: the ratio of distances to the n₂-th and the n₁-th neighbour
    double value = 0.0;
    double standard_error = 0.0; ///< from the likelihood's curvature
    double distance = 0.0;       ///< mean distance to the n₂-th neighbour: the scale
};

struct LayerDimension {
    ComparedLayer layer;
    double two_nn = 0.0;
    double two_nn_error = 0.0; ///< jackknife over tenths of the images
    std::vector<DimensionAtScale> gride;
    std::size_t left_out = 0; ///< images with an equal one, at distance 0, which have no ratio
};

struct LayerDimensions {
    Distance distance = Distance::euclidean;
    std::size_t images = 0;
    std::vector<LayerDimension> layers;
    std::vector<Warning> warnings; ///< of layers that are in `layers` with NaN: unusable, constant, all twins
};

/// layers: empty for all. Throws Error(bad_data) for N < 4, Cancelled.
[[nodiscard]] LayerDimensions intrinsic_dimensions(const Dataset& dataset, std::vector<LayerId> layers,
                                                   Distance distance, engine::LayerStore& store,
                                                   const Task& task);

/// From the ratios r₂/r₁ ≥ 1 of all images that have one: the line through the origin of −log(1 − i/n) on the
/// sorted log μ, the largest tenth left out. NaN for fewer than 4.
[[nodiscard]] double two_nn_of(std::vector<double> ratios);

/// From the ratios of the n₂-th to the n₁-th distance, n₂ = 2·n₁: the maximum of the likelihood
/// Π d·(μ^d − 1)^(n₁−1)/μ^((n₂−1)d+1).
[[nodiscard]] DimensionAtScale gride_of(const std::vector<double>& ratios, std::size_t n2);

} // namespace stratoscope::measures
