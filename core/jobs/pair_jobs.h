// Questions about two layers, image by image: short, and someone waits for the answer.
#pragma once

#include "core/engine/layer_store.h"
#include "core/jobs/job.h"
#include "core/measures/pair_images.h"

#include <memory>
#include <string>

namespace stratoscope::jobs {

/// Two layers of a dataset, and how nearness is meant in them.
struct PairQuestion {
    std::shared_ptr<const Dataset> dataset;
    std::shared_ptr<engine::LayerStore> layers;
    LayerId a;
    LayerId b;
    std::size_t k = 1;
    Distance distance = Distance::euclidean;
};

struct DivergenceJob {
    using Result = measures::PairDivergence;
    static constexpr JobLane lane = JobLane::interactive;

    PairQuestion question;

    [[nodiscard]] std::string title() const;
    [[nodiscard]] Result run(const JobContext<>& context) const;
};

struct NeighboursJob {
    using Result = measures::PairNeighbours;
    static constexpr JobLane lane = JobLane::interactive;

    PairQuestion question;
    std::size_t image = 0;

    [[nodiscard]] std::string title() const;
    [[nodiscard]] Result run(const JobContext<>& context) const;
};

} // namespace stratoscope::jobs
