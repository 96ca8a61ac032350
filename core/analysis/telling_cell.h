// Which cell of a comparison to show first.
#pragma once

#include "core/data/comparison.h"

#include <cstddef>
#include <optional>

namespace stratoscope::analysis {

struct ComparisonCell {
    std::size_t row;
    std::size_t column;
};

/// Of two models' layers, statistics of images left out, those of which one tells much more of the other than
/// the other way; by a measure without directions those that differ most. None where nothing differs.
[[nodiscard]] std::optional<ComparisonCell> most_telling_cell(const Comparison& comparison);

} // namespace stratoscope::analysis
