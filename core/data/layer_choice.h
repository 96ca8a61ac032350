// A comparison of fewer layers.
#pragma once

#include "core/data/comparison.h"

#include <cstddef>
#include <vector>

namespace stratoscope {

/// The same numbers for some of the rows and columns, in the order given.
[[nodiscard]] Comparison choose_layers(const Comparison& comparison, const std::vector<std::size_t>& rows,
                                       const std::vector<std::size_t>& columns);

} // namespace stratoscope
