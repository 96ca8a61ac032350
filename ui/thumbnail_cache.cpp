#include "ui/thumbnail_cache.h"

#include "core/jobs/picture_jobs.h"

#include <algorithm>
#include <cstring>

namespace stratoscope::ui {
namespace {

QImage imageOf(const Thumbnail& thumbnail) {
    if (thumbnail.empty())
        return {};
    QImage image(static_cast<int>(thumbnail.width), static_cast<int>(thumbnail.height),
                 QImage::Format_RGB888);
    for (std::size_t y = 0; y < thumbnail.height; ++y)
        std::memcpy(image.scanLine(static_cast<int>(y)), thumbnail.rgb.data() + y * thumbnail.width * 3,
                    thumbnail.width * 3);
    return image;
}

} // namespace

ThumbnailCache::ThumbnailCache(JobRunner& runner, QObject* parent) : QObject(parent), runner_(runner) {
    // One job for everything that a screenful of painting asks for.
    soon_.setSingleShot(true);
    soon_.setInterval(5);
    connect(&soon_, &QTimer::timeout, this, &ThumbnailCache::load);
}

void ThumbnailCache::setSource(std::shared_ptr<const ThumbnailSource> source) {
    if (source == source_)
        return;
    source_ = std::move(source);
    pictures_.clear();
    wanted_.clear();
    underWay_.clear();
}

QImage ThumbnailCache::picture(std::size_t image) {
    if (const QImage* found = pictures_.object(image))
        return *found;
    if (source_ && !underWay_.contains(image) && wanted_.insert(image).second && !soon_.isActive())
        soon_.start();
    return {};
}

void ThumbnailCache::load() {
    constexpr std::size_t atOnce = 48;
    if (!source_)
        return;
    for (auto from = wanted_.begin(); from != wanted_.end();) {
        jobs::ThumbnailsJob job{source_, {}};
        for (; from != wanted_.end() && job.images.size() < atOnce; ++from)
            job.images.push_back(*from);
        underWay_.insert(job.images.begin(), job.images.end());
        runner_.run<jobs::ThumbnailsJob>(
            this, std::move(job),
            {.done =
                 [this, source = source_](const jobs::ThumbnailsJob::Result& result) {
                     if (source != source_)
                         return; // of a dataset that is closed
                     for (const auto& [image, thumbnail] : result) {
                         auto picture = std::make_unique<QImage>(imageOf(thumbnail));
                         const auto kilobytes = static_cast<int>(picture->sizeInBytes() / 1024 + 1);
                         underWay_.erase(image);
                         pictures_.insert(image, picture.release(), kilobytes);
                     }
                     Q_EMIT loaded();
                 }},
            true);
    }
    wanted_.clear();
}

} // namespace stratoscope::ui
