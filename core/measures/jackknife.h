// The error of a value from what it becomes when a part of the images is left out.
#pragma once

#include <span>

namespace stratoscope::measures {

/// √((G−1)/G · Σ_g (θ₍g₎ − mean)²), θ₍g₎ without group g. G ≥ 2.
[[nodiscard]] double jackknife_error(std::span<const double> without);

} // namespace stratoscope::measures
