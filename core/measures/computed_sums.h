// One pass where it was asked to run, and what its results must say of that.
#pragma once

#include "core/data/warning.h"
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

} // namespace stratoscope::measures
