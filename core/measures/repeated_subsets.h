// The same question asked of several draws of images: how far another draw would be, seen instead of
// reckoned.
#pragma once

#include "core/measures/compare.h"

#include <cstddef>
#include <vector>

namespace stratoscope::measures {

/// The means over `repeats` ≥ 2 draws of request.subset images, drawn by seed, seed + 1, …; standard_error is
/// the deviation among them: how far one draw may be from another. (Draws of a large share of the images have
/// many in common, and differ less than new images would.) What belongs to single images or disjoint subsets
/// is left out. Throws Error(usage) without a subset, and as compare() does.
[[nodiscard]] std::vector<Comparison> compare_repeatedly(const Dataset& dataset,
                                                         const CompareRequest& request, std::size_t repeats,
                                                         const Task& task);

} // namespace stratoscope::measures
