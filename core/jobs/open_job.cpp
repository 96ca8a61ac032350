#include "core/jobs/open_job.h"

#include "core/images/dataset_statistics.h"
#include "core/storage/array_folder.h"
#include "core/storage/open.h"

namespace stratoscope::jobs {

std::string OpenJob::title() const {
    return files.size() == 1 ? "Opening " + files.front().filename().string()
                             : "Opening " + std::to_string(files.size()) + " files";
}

OpenJob::Result OpenJob::run(const JobContext<>& context) const {
    Dataset dataset = storage::open_dataset(files, {pooling, join_by_position}, context.task);
    if (!dataset.images.statistics.empty())
        dataset = images::with_statistics(dataset, dataset.images.statistics);
    return std::make_shared<const Dataset>(std::move(dataset));
}

bool holds_activations(const std::filesystem::path& folder) {
    return storage::holds_arrays(folder);
}

} // namespace stratoscope::jobs
