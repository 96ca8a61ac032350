// Writing comparisons to a file.
#pragma once

#include "core/data/comparison.h"
#include "core/data/dataset.h"
#include "core/jobs/job.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace stratoscope::jobs {

/// By suffix: .h5 (with the content hashes of the inputs), .csv, .json.
struct SaveResultsJob {
    using Result = std::filesystem::path;
    static constexpr JobLane lane = JobLane::interactive;

    std::filesystem::path path;
    std::vector<std::shared_ptr<const Comparison>> comparisons;
    std::shared_ptr<const Dataset> dataset;
    std::string software; ///< "Stratoscope 0.1.0"
    std::string started;  ///< ISO 8601

    [[nodiscard]] std::string title() const;
    [[nodiscard]] Result run(const JobContext<>& context) const;
};

} // namespace stratoscope::jobs
