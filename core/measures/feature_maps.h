// Measures on the rows themselves, not on distances: Procrustes, SVCCA, PWCCA, linear predictivity. Jobs of
// their own beside the pass: all pairs of layers, in float64.
#pragma once

#include "core/base/task.h"
#include "core/data/warning.h"
#include "core/engine/row_ranker.h"
#include "core/measures/finished.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace stratoscope::measures {

enum class FeatureMeasure { procrustes, procrustes_distance, svcca, pwcca, linear_predictivity };

struct FeatureQuestion {
    engine::PreparedLayers layers;    ///< euclidean
    std::vector<std::string> paths;   ///< of the layers, for warnings
    std::vector<std::uint32_t> tenth; ///< (image): sorted position mod 10; folds are these mod 5
    std::vector<FeatureMeasure> measures;
};

struct FeatureAnswer {
    std::vector<Finished> finished; ///< one a measure, layers × layers
    /// Layers that have too few images for SVCCA and PWCCA, whose cells are NaN.
    std::vector<Warning> warnings;
};

/// The standard error is a jackknife that leaves out a tenth of the images at a time; for linear predictivity
/// it leaves out their errors, with the fits kept. Value, error and null are NaN where a layer is constant,
/// but that it predicts as much as the mean of another layer does. Throws Cancelled.
[[nodiscard]] FeatureAnswer compare_features(const FeatureQuestion& question, const Task& task);

[[nodiscard]] bool is_feature_measure(std::string_view name);
/// name: one that is_feature_measure().
[[nodiscard]] FeatureMeasure feature_measure(std::string_view name);

} // namespace stratoscope::measures
