#include "ui/job_runner.h"

#include <QMetaObject>

#include <algorithm>

namespace stratoscope::ui {

JobRunner::JobRunner(std::size_t threads, QObject* parent)
    : QObject(parent), queue_(std::make_unique<jobs::JobQueue>(threads)) {}

JobRunner::~JobRunner() {
    queue_.reset(); // no thread may call inWindow() once this object is being taken apart
}

void JobRunner::inWindow(std::function<void()> call) {
    QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection);
}

std::size_t JobRunner::begin(const QString& title, bool quiet, jobs::JobLane lane) {
    statuses_.push_back({++last_, title, {}, 0.0, std::nullopt, quiet, lane});
    Q_EMIT statusChanged();
    return last_;
}

void JobRunner::remember(std::size_t id, const jobs::JobHandle& handle) {
    handles_.emplace_back(id, handle);
}

void JobRunner::progressed(std::size_t id, double fraction, const QString& stage,
                           std::optional<double> left) {
    const auto status = std::ranges::find(statuses_, id, &JobStatus::id);
    if (status == statuses_.end())
        return;
    status->fraction = fraction;
    status->stage = stage;
    status->secondsLeft = left;
    Q_EMIT statusChanged();
}

void JobRunner::end(std::size_t id) {
    std::erase_if(statuses_, [id](const JobStatus& status) { return status.id == id; });
    std::erase_if(handles_, [id](const auto& entry) { return entry.first == id; });
    Q_EMIT statusChanged();
}

void JobRunner::cancel(std::size_t id) {
    for (auto& [known, handle] : handles_)
        if (known == id)
            handle.cancel();
}

} // namespace stratoscope::ui
