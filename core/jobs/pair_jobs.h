// Questions about two layers: short, and someone waits for the answer.
#pragma once

#include "core/engine/layer_store.h"
#include "core/jobs/job.h"
#include "core/measures/compare.h"
#include "core/measures/pair_images.h"
#include "core/measures/sensitivity.h"

#include <memory>
#include <string>
#include <vector>

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

/// How the pair's value depends on k and pooling. The question's k is not looked at.
struct SensitivityJob {
    using Result = measures::Sensitivity;
    static constexpr JobLane lane = JobLane::interactive;

    PairQuestion question;
    std::string measure;
    std::vector<std::size_t> ks;

    [[nodiscard]] std::string title() const;
    [[nodiscard]] Result run(const JobContext<>& context) const;
};

/// The pair by several measures; each comparison's rows and columns are a and b.
struct PairMeasuresJob {
    using Result = std::vector<Comparison>;
    static constexpr JobLane lane = JobLane::interactive;

    PairQuestion question;
    std::vector<std::string> measures; ///< of the catalogue; those that take a k take the question's

    [[nodiscard]] std::string title() const;
    [[nodiscard]] Result run(const JobContext<>& context) const;
};

} // namespace stratoscope::jobs
