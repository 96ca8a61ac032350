#include "core/jobs/pair_portrait_job.h"

namespace stratoscope::jobs {

std::string PairPortraitJob::title() const {
    return "Looking at a pair";
}

PairPortraitJob::Result PairPortraitJob::run(const JobContext<>& context) const {
    PairPortrait out{.k = question.k,
                     .measures = PairMeasuresJob{question, measures}.run(context),
                     .divergence = DivergenceJob{question}.run(context),
                     .neighbours = {}};
    PairQuestion all = question;
    all.k = measures::most_neighbours(question.dataset->images.size());
    for (std::size_t image = 0; image < question.dataset->images.size(); ++image)
        out.neighbours.push_back(NeighboursJob{all, image}.run(context));
    return out;
}

} // namespace stratoscope::jobs
