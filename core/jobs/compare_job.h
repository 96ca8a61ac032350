// Comparing layers.
#pragma once

#include "core/data/comparison.h"
#include "core/engine/layer_store.h"
#include "core/jobs/job.h"
#include "core/measures/catalogue.h"
#include "core/measures/compare.h"

#include <memory>
#include <string>
#include <vector>

namespace stratoscope::jobs {

struct CompareJob {
    using Result = std::vector<std::shared_ptr<const Comparison>>; ///< one a requested measure
    /// One a requested measure; a measure that has nothing to show yet has an empty value.
    using Snapshot = std::shared_ptr<const std::vector<stratoscope::Snapshot>>;
    static constexpr JobLane lane = JobLane::comparison;

    std::shared_ptr<const Dataset> dataset;
    std::shared_ptr<engine::LayerStore> layers;
    measures::CompareRequest request;

    [[nodiscard]] std::string title() const;
    [[nodiscard]] Result run(const JobContext<Snapshot>& context) const;
};

} // namespace stratoscope::jobs
