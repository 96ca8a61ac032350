#include "core/jobs/pair_jobs.h"

namespace stratoscope::jobs {

std::string DivergenceJob::title() const {
    return "Ranking images";
}

DivergenceJob::Result DivergenceJob::run(const JobContext<>& context) const {
    return measures::pair_divergence(*question.dataset, question.a, question.b, question.k, question.distance,
                                     *question.layers, context.task);
}

std::string NeighboursJob::title() const {
    return "Finding neighbours";
}

NeighboursJob::Result NeighboursJob::run(const JobContext<>& context) const {
    return measures::pair_neighbours(*question.dataset, question.a, question.b, image, question.k,
                                     question.distance, *question.layers, context.task);
}

} // namespace stratoscope::jobs
