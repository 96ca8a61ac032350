// Neighbourhood overlap: the share of the k nearest images that two layers have in common.
#pragma once

#include "core/engine/pass.h"
#include "core/measures/finished.h"

namespace stratoscope::measures {

/// The standard error is the delete-one-tenth jackknife: √((G−1)/G · Σ_g (θ₍g₎ − mean)²), θ₍g₎ without the
/// images of group g.
[[nodiscard]] Finished finish_overlap(const engine::PassSums& sums, const engine::OverlapSums& overlap);

} // namespace stratoscope::measures
