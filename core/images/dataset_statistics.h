// Image statistics in a dataset: computed from its pictures, and standing among its models as a layer of
// their own.
#pragma once

#include "core/base/task.h"
#include "core/data/dataset.h"

namespace stratoscope::images {

/// From the pictures at ImageSet::paths, else from the thumbnails. A picture that can't be read is an Error
/// that names it; so is a dataset with neither. Throws Cancelled.
[[nodiscard]] ImageStatistics compute_statistics(const ImageSet& images, const Task& task);

/// The dataset with these statistics, and with a model `image_statistics` (family `statistics`) made of them:
/// layer `all`, and the groups luminance, contrast, colour (red, green, blue), edges (edge_density) and
/// spectrum (spectral_slope) as far as their columns are there. Columns are z-scored; a constant one is left
/// out, with a warning. An older such model is replaced. Statistics must have a row for each image.
[[nodiscard]] Dataset with_statistics(Dataset dataset, ImageStatistics statistics);

} // namespace stratoscope::images
