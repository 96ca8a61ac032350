#include "core/jobs/decodability_job.h"

#include "core/analysis/retention.h"

namespace stratoscope::jobs {

std::string DecodabilityJob::title() const {
    return "Reading image statistics from layers";
}

DecodabilityJob::Result DecodabilityJob::run(const JobContext<>& context) const {
    Result result{{}, {}, dataset->images.statistics.names};
    const std::vector<LayerId> all = dataset->all_layers();
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (dataset->model(all[i]).family == statistics_family || !dataset->layer(all[i]).usable())
            continue;
        const double share = 1.0 / static_cast<double>(all.size());
        result.layers.push_back(all[i]);
        result.r2.push_back(analysis::decodability(
            *dataset, all[i], dataset->images.statistics,
            context.task.part(share * static_cast<double>(i), share * static_cast<double>(i + 1))));
    }
    return result;
}

} // namespace stratoscope::jobs
