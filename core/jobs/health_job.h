// Reading every layer once for what a person should know of it.
#pragma once

#include "core/data/health.h"
#include "core/jobs/job.h"

#include <memory>
#include <string>

namespace stratoscope::jobs {

struct HealthJob {
    using Result = Health;
    static constexpr JobLane lane = JobLane::background;

    std::shared_ptr<const Dataset> dataset;

    [[nodiscard]] std::string title() const;
    /// A layer that can't be read is a line of the result, no failure.
    [[nodiscard]] Result run(const JobContext<>& context) const;
};

} // namespace stratoscope::jobs
