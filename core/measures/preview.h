// The first picture of a long comparison: the same question on few images, before the rest is even read.
#pragma once

#include "core/measures/compare.h"

namespace stratoscope::measures {

/// dataset: of the images that are compared; a subset is drawn already. One snapshot a requested measure, as
/// SnapshotFunction has them; of measures whose value for few images says little about many, and where there
/// are too few images to be worth it, the comparison is empty. Null if all are. The information imbalance is
/// measured with k scaled to the images and mapped by its excess, as the subsets behind its error are.
[[nodiscard]] std::shared_ptr<const std::vector<Snapshot>>
preview(const Dataset& dataset, const CompareRequest& request, const Task& task);

} // namespace stratoscope::measures
