// The images that make two layers differ, most divergent first.
#pragma once

#include "core/data/comparison.h"

#include <cstddef>
#include <span>
#include <vector>

namespace stratoscope::analysis {

struct RankedImages {
    std::vector<std::size_t> order; ///< images, highest score first, equal scores by image order
    std::vector<double> score;      ///< by image
};

/// By c_i itself.
[[nodiscard]] RankedImages rank_images(std::span<const double> divergence);

/// By what is specific to the pair: c_i less the image's means over the row and over the column of the
/// matrix, plus its overall mean, since an image that is an outlier everywhere says nothing of this pair.
/// row, column: of the comparison the means come from.
[[nodiscard]] RankedImages rank_images_for_pair(std::span<const double> divergence, const ImageMeans& means,
                                                std::size_t row, std::size_t column);

} // namespace stratoscope::analysis
