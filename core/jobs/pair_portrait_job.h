// All there is to know of two small layers, image by image: what shows a measure at work.
#pragma once

#include "core/jobs/pair_jobs.h"

#include <string>
#include <vector>

namespace stratoscope::jobs {

/// Every image's neighbours are held, N² of them: for tens of images, not for thousands.
struct PairPortrait {
    std::size_t k = 1;
    std::vector<Comparison> measures; ///< one a requested measure; rows and columns are a and b
    measures::PairDivergence divergence;
    std::vector<measures::PairNeighbours>
        neighbours; ///< by image: all but the farthest, nearest first, in a and in b
};

struct PairPortraitJob {
    using Result = PairPortrait;
    static constexpr JobLane lane = JobLane::interactive;

    PairQuestion question;
    std::vector<std::string> measures; ///< of the catalogue; those that take a k take the question's

    [[nodiscard]] std::string title() const;
    [[nodiscard]] Result run(const JobContext<>& context) const;
};

} // namespace stratoscope::jobs
