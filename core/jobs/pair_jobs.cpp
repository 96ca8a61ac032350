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

std::string SensitivityJob::title() const {
    return "Trying other k and poolings";
}

SensitivityJob::Result SensitivityJob::run(const JobContext<>& context) const {
    return measures::sensitivity(*question.dataset, {question.a, question.b, measure, ks, question.distance},
                                 *question.layers, context.task);
}

std::string PairMeasuresJob::title() const {
    return "Measuring the pair";
}

PairMeasuresJob::Result PairMeasuresJob::run(const JobContext<>& context) const {
    measures::CompareRequest request;
    for (const std::string& name : measures)
        request.measures.push_back({name, question.k});
    request.distance = question.distance;
    request.rows = {question.a, question.b};
    return measures::compare(*question.dataset, request, *question.layers, context.task);
}

} // namespace stratoscope::jobs
