// Opening files.
#pragma once

#include "core/data/dataset.h"
#include "core/jobs/job.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace stratoscope::jobs {

/// The statistics that the files hold stand among the models of the result.
struct OpenJob {
    using Result = std::shared_ptr<const Dataset>;
    static constexpr JobLane lane = JobLane::interactive;

    std::vector<std::filesystem::path> files;
    std::string pooling = "mean"; ///< for 3-D and 4-D activations
    bool join_by_position = false;

    [[nodiscard]] std::string title() const;
    [[nodiscard]] Result run(const JobContext<>& context) const;
};

/// Whether a dropped folder is one of arrays, which opens, rather than of pictures: told from the first few
/// thousand names in it, at once.
[[nodiscard]] bool holds_activations(const std::filesystem::path& folder);

} // namespace stratoscope::jobs
