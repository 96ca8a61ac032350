// What becomes of the images' low-level statistics on the way through a model: MEASURES.md 7.
#pragma once

#include "core/base/task.h"
#include "core/data/comparison.h"
#include "core/data/dataset.h"

#include <string>
#include <vector>

namespace stratoscope::analysis {

struct RetentionPoint {
    std::size_t row = 0; ///< of the comparison
    double depth = 0.0;
    double to_statistics =
        0.0; ///< Δ(layer → statistics): do its neighbourhoods follow what the picture looks like?
    double from_statistics = 0.0; ///< Δ(statistics → layer)
    double to_error = 0.0;
    double from_error = 0.0;
};

struct RetentionCurve {
    std::string model;
    std::string title;
    std::string family;
    std::vector<RetentionPoint> points;
};

/// One curve a model, against the statistics layer of that name ("all", "colour", …). Empty where the
/// comparison has none.
[[nodiscard]] std::vector<RetentionCurve> retention(const Comparison& comparison,
                                                    const std::string& statistics_layer = "all");

/// How well each statistic can be read linearly from a layer: R² of a ridge regression, cross-validated over
/// five folds (image i in fold position mod 5 of the sorted ids; means from the training part; penalty 10⁻³ ×
/// the mean squared column norm of the centred training rows). 1 = in full, 0 = not at all; it may be
/// negative. NaN for a constant statistic. Throws Cancelled, Error of the rows.
[[nodiscard]] std::vector<double> decodability(const Dataset& dataset, LayerId layer,
                                               const ImageStatistics& statistics, const Task& task);

} // namespace stratoscope::analysis
