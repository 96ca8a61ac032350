// How smoothly each model changes its representation: MEASURES.md 7.
#pragma once

#include "core/data/comparison.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace stratoscope::analysis {

/// From one processing step to the next. Sizes are unlikenesses (a similarity s counts as 1 − s): 0 = no
/// change.
struct Step {
    std::size_t from = 0; ///< row of the comparison
    std::size_t to = 0;   ///< row of the comparison
    double depth = 0.0;   ///< the middle of the two depths
    double forward = 0.0;
    double backward = 0.0;      ///< of to → from; equals forward for a symmetric measure
    double forward_error = 0.0; ///< sampling error, NaN where the comparison has none
    double backward_error = 0.0;
};

struct StepCurve {
    std::string model;
    std::string title;
    std::string family;
    std::vector<Step> steps;
    std::optional<std::size_t> largest; ///< the step with the largest mean of both directions
    double path_length = 0.0;           ///< Σ of that mean over the steps
    double straightness = 0.0; ///< mean of both directions from first to last layer, divided by path_length
};

/// One curve a model that has two or more steps with rows and columns both in the comparison; image
/// statistics have no steps. A step with an undefined value is left out of sums and drawn as a gap.
[[nodiscard]] std::vector<StepCurve> smoothness(const Comparison& comparison);

/// The same with the layers nearest to depths 0, 1/steps, …, 1 alone, so that models with many and with few
/// saved steps compare. Models with fewer than steps + 1 layers are left out.
[[nodiscard]] std::vector<StepCurve> smoothness_at(const Comparison& comparison, std::size_t steps);

} // namespace stratoscope::analysis
