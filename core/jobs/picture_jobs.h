// Pictures: thumbnails for the screen, a folder for a file without any, statistics of all.
#pragma once

#include "core/data/dataset.h"
#include "core/jobs/job.h"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace stratoscope::jobs {

/// Some thumbnails, in the order asked for; one that can't be read is empty.
struct ThumbnailsJob {
    using Result = std::vector<std::pair<std::size_t, Thumbnail>>;
    static constexpr JobLane lane = JobLane::interactive;

    std::shared_ptr<const ThumbnailSource> source;
    std::vector<std::size_t> images;

    [[nodiscard]] std::string title() const;
    [[nodiscard]] Result run(const JobContext<>& context) const;
};

struct AttachFolderJob {
    struct Result {
        std::shared_ptr<const Dataset> dataset;
        std::size_t matched = 0; ///< images that have a picture now
    };
    static constexpr JobLane lane = JobLane::interactive;

    std::shared_ptr<const Dataset> dataset;
    std::filesystem::path folder;

    [[nodiscard]] std::string title() const;
    [[nodiscard]] Result run(const JobContext<>& context) const;
};

/// Computes the low-level statistics and puts them among the models.
struct StatisticsJob {
    using Result = std::shared_ptr<const Dataset>;
    static constexpr JobLane lane = JobLane::background;

    std::shared_ptr<const Dataset> dataset;

    [[nodiscard]] std::string title() const;
    [[nodiscard]] Result run(const JobContext<>& context) const;
};

} // namespace stratoscope::jobs
