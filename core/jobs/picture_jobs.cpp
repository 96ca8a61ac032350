#include "core/jobs/picture_jobs.h"

#include "core/images/dataset_statistics.h"
#include "core/images/picture_folder.h"

namespace stratoscope::jobs {

std::string ThumbnailsJob::title() const {
    return "Loading thumbnails";
}

ThumbnailsJob::Result ThumbnailsJob::run(const JobContext<>& context) const {
    Result result;
    for (const std::size_t image : images) {
        context.task.check();
        Thumbnail thumbnail;
        try {
            thumbnail = source->read(image);
        } catch (const Error&) {
            // A broken picture is shown as missing: one of many, and no reason to stop looking.
        }
        result.emplace_back(image, std::move(thumbnail));
    }
    return result;
}

std::string AttachFolderJob::title() const {
    return "Looking for pictures in " + folder.filename().string();
}

AttachFolderJob::Result AttachFolderJob::run(const JobContext<>& context) const {
    images::AttachedFolder attached = images::attach_folder(*dataset, folder, context.task);
    return {std::make_shared<const Dataset>(std::move(attached.dataset)), attached.matched};
}

std::string StatisticsJob::title() const {
    return "Image statistics of " + std::to_string(dataset->images.size()) + " pictures";
}

StatisticsJob::Result StatisticsJob::run(const JobContext<>& context) const {
    return std::make_shared<const Dataset>(
        images::with_statistics(*dataset, images::compute_statistics(dataset->images, context.task)));
}

} // namespace stratoscope::jobs
