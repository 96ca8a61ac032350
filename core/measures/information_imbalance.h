// Information imbalance, MEASURES: Δ(a→b) = mean_i c_i(a→b), its floor (k+1)/N, its null 1.
#pragma once

#include "core/engine/pass.h"
#include "core/measures/finished.h"

namespace stratoscope::measures {

/// From a pass in the making (sums.done < sums.images) values and progress errors; from a finished one also
/// the sampling error. That is s/√G over the G disjoint subsets of the images, each compared within itself
/// with its own k_g, as excess over its own floor (k_g+1)/N_g, which is what compares across N, mapped back
/// by the full N's floor. The deviation of a mean of G subsets is that of one over √G, and all images are
/// such a mean of their subsets, up to what a larger N changes.
[[nodiscard]] Finished finish_information_imbalance(const engine::PassSums& sums,
                                                    const engine::ImbalanceSums& imbalance);

} // namespace stratoscope::measures
