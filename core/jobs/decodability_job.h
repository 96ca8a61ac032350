// How well each low-level statistic can be read linearly from each layer of a model.
#pragma once

#include "core/data/dataset.h"
#include "core/jobs/job.h"

#include <memory>
#include <string>
#include <vector>

namespace stratoscope::jobs {

struct DecodabilityJob {
    struct Result {
        std::vector<LayerId> layers;         ///< usable ones, in order
        std::vector<std::vector<double>> r2; ///< (layer, statistic), NaN where undefined
        std::vector<std::string> statistics;
    };
    static constexpr JobLane lane = JobLane::background;

    std::shared_ptr<const Dataset> dataset;

    [[nodiscard]] std::string title() const;
    [[nodiscard]] Result run(const JobContext<>& context) const;
};

} // namespace stratoscope::jobs
