// Low-level statistics of a picture: what it looks like, not what is on it.
#pragma once

#include "core/images/raster.h"

#include <array>
#include <string_view>

namespace stratoscope::images {

/// In the order of statistics_of(); values of a picture are taken on 0…1.
///   luminance       mean of Y = 0.299 R + 0.587 G + 0.114 B
///   contrast        standard deviation of Y (root mean square contrast)
///   red green blue  mean of the channel less the mean of all three: the colour, whatever the luminance
///   edge_density    share of the pixels whose Sobel gradient of Y is above 0.25 a pixel
///   spectral_slope  slope of log power against log frequency of Y, over rings of its spectrum (about −2 for
///   photographs, near
///                   0 for noise), after shrinking to 64 pixels and a Hann window
inline constexpr std::array<std::string_view, 7> statistic_names{
    "luminance", "contrast", "red", "green", "blue", "edge_density", "spectral_slope"};

/// A picture of one even colour has slope 0.
[[nodiscard]] std::array<float, statistic_names.size()> statistics_of(const Raster& raster);

} // namespace stratoscope::images
