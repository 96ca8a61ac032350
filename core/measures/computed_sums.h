// One pass where it was asked to run, and what its results must say of that.
#pragma once

#include "core/data/warning.h"
#include "core/engine/distance_histogram.h"
#include "core/engine/pass.h"

#include <string>
#include <vector>

namespace stratoscope::measures {

struct ComputedSums {
    engine::PassSums sums;
    std::vector<Warning>
        warnings; ///< computed_on: which device; device_memory: it was full, so the processors
};

/// device: of core/engine/device_pass.h; begun: of an earlier run, for the engine's own alone. Throws
/// Error(no_device), Cancelled.
[[nodiscard]] ComputedSums computed_sums(const engine::PassPlan& plan, const std::string& device,
                                         const Task& task, const engine::PassWatcher& watcher,
                                         engine::PassSums begun = {});

/// The distances of all pairs in the plan's layers, counted there; by the processors when the device's memory
/// is too small.
[[nodiscard]] std::vector<engine::DistanceHistogram>
computed_histograms(const engine::PassPlan& plan, const std::string& device, const Task& task);

} // namespace stratoscope::measures
