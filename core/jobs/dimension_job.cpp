#include "core/jobs/dimension_job.h"

namespace stratoscope::jobs {

std::string DimensionJob::title() const {
    return "Measuring the dimension of layers";
}

DimensionJob::Result DimensionJob::run(const JobContext<>& context) const {
    return measures::intrinsic_dimensions(*dataset, layers, distance, *store, context.task);
}

} // namespace stratoscope::jobs
