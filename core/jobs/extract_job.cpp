#include "core/jobs/extract_job.h"

namespace stratoscope::jobs {

std::string ExtractJob::title() const {
    return "Extracting from " + model.filename().string();
}

ExtractJob::Result ExtractJob::run(const JobContext<Snapshot>&) const {
    throw Error(ErrorKind::internal, {.what = "extraction is not there yet", .where = model.string()});
}

} // namespace stratoscope::jobs
