#include "core/jobs/compare_job.h"

namespace stratoscope::jobs {

std::string CompareJob::title() const {
    const std::size_t rows = request.rows.empty() ? dataset->all_layers().size() : request.rows.size();
    const std::size_t columns = request.columns.empty() ? rows : request.columns.size();
    return "Comparing " + std::to_string(rows) + " × " + std::to_string(columns) + " layers";
}

CompareJob::Result CompareJob::run(const JobContext<Snapshot>& context) const {
    Result results;
    for (Comparison& comparison :
         measures::compare(*dataset, request, *layers, context.task, context.on_snapshot))
        results.push_back(std::make_shared<const Comparison>(std::move(comparison)));
    return results;
}

} // namespace stratoscope::jobs
