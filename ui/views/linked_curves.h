// Curves over relative depth, each point linked with the layers it is about.
#pragma once

#include "ui/painting/curve_figure.h"
#include "ui/selection.h"
#include "ui/session.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace stratoscope::ui {

struct LinkedCurves {
    CurveFigure figure;
    std::vector<std::vector<LayerPair>>
        pairs; ///< (curve, point); a layer with itself where one layer is meant
};

/// How much each model changes from step to step.
[[nodiscard]] LinkedCurves smoothnessCurves(const Session& session);
/// Each layer against a group of the images' low-level statistics.
[[nodiscard]] LinkedCurves retentionCurves(const Session& session, const std::string& group);
/// R² of one statistic, or the mean of all; without curves while it isn't computed.
[[nodiscard]] LinkedCurves readoutCurves(const Session& session, std::optional<std::size_t> statistic);
/// Intrinsic dimension by Gride at a neighbour, or by 2NN for 0; without curves while it isn't computed.
[[nodiscard]] LinkedCurves dimensionCurves(const Session& session, std::size_t neighbour);
/// The neighbours that dimensionCurves() has values for.
[[nodiscard]] std::vector<std::size_t> dimensionScales(const Session& session);

} // namespace stratoscope::ui
