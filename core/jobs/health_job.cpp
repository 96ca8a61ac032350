#include "core/jobs/health_job.h"

namespace stratoscope::jobs {

std::string HealthJob::title() const {
    return "Checking " + std::to_string(dataset->all_layers().size()) + " layers";
}

Health HealthJob::run(const JobContext<>& context) const {
    const std::vector<LayerId> all = dataset->all_layers();
    std::vector<LayerHealth> layers;
    std::vector<HealthLine> unreadable;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!dataset->layer(all[i]).usable())
            continue;
        const double share = 1.0 / static_cast<double>(all.size());
        try {
            layers.push_back(read_health(
                *dataset, all[i],
                context.task.part(share * static_cast<double>(i), share * static_cast<double>(i + 1))));
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::bad_data && error.kind() != ErrorKind::io)
                throw;
            unreadable.push_back({Severity::problem, "unreadable", dataset->path_of(all[i]), error.what()});
        }
    }
    Health health = check_health(*dataset, layers);
    health.lines.insert(health.lines.begin(), unreadable.begin(), unreadable.end());
    return health;
}

} // namespace stratoscope::jobs
