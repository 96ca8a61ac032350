// The intrinsic dimension of every layer.
#pragma once

#include "core/data/dataset.h"
#include "core/engine/layer_store.h"
#include "core/jobs/job.h"
#include "core/measures/intrinsic_dimension.h"

#include <memory>
#include <string>
#include <vector>

namespace stratoscope::jobs {

struct DimensionJob {
    using Result = measures::LayerDimensions;
    static constexpr JobLane lane = JobLane::background;

    std::shared_ptr<const Dataset> dataset;
    std::shared_ptr<engine::LayerStore> store;
    std::vector<LayerId> layers; ///< empty: all
    Distance distance = Distance::euclidean;

    [[nodiscard]] std::string title() const;
    [[nodiscard]] Result run(const JobContext<>& context) const;
};

} // namespace stratoscope::jobs
