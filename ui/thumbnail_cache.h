// Thumbnails on the screen: asked for by views as they paint, loaded in the background, painted again when
// there.
#pragma once

#include "core/data/image_set.h"
#include "ui/job_runner.h"

#include <QCache>
#include <QImage>
#include <QTimer>

#include <memory>
#include <set>

namespace stratoscope::ui {

class ThumbnailCache : public QObject {
    Q_OBJECT

  public:
    explicit ThumbnailCache(JobRunner& runner, QObject* parent = nullptr);

    /// Null: the dataset has no pictures.
    void setSource(std::shared_ptr<const ThumbnailSource> source);
    /// Null where there is none, or none yet; then it is on its way and loaded() tells.
    [[nodiscard]] QImage picture(std::size_t image);
    [[nodiscard]] bool hasPictures() const { return source_ != nullptr; }
    /// Some that were asked for are not there yet.
    [[nodiscard]] bool busy() const { return !wanted_.empty() || !underWay_.empty(); }

  Q_SIGNALS:
    void loaded();

  private:
    void load();

    static constexpr int mostKilobytes = 256 * 1024;
    JobRunner& runner_;
    std::shared_ptr<const ThumbnailSource> source_;
    QCache<std::size_t, QImage> pictures_{mostKilobytes};
    std::set<std::size_t> wanted_;
    std::set<std::size_t> underWay_;
    QTimer soon_;
};

} // namespace stratoscope::ui
