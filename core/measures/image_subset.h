// A dataset of fewer images, for --subset.
#pragma once

#include "core/data/dataset.h"

#include <cstddef>
#include <cstdint>

namespace stratoscope::measures {

/// `count` images drawn by seed among the sorted ids, so that a file's order changes nothing; they keep the
/// dataset's order. Layers read through to the dataset's. count ≤ N.
[[nodiscard]] Dataset draw_images(const Dataset& dataset, std::size_t count, std::uint64_t seed);

/// `runs` runs of `length` images that follow each other in the file, evenly spread over it: few images that
/// are quick to read. runs · length ≤ N.
[[nodiscard]] Dataset spread_images(const Dataset& dataset, std::size_t runs, std::size_t length);

} // namespace stratoscope::measures
