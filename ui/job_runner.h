// Jobs for the window: run in the queue's threads, told of in the window's.
#pragma once

#include "core/jobs/job_queue.h"
#include "ui/painting/text.h"

#include <QObject>
#include <QPointer>
#include <QString>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace stratoscope::ui {

/// What the status bar shows of a job.
struct JobStatus {
    std::size_t id = 0;
    QString title;
    QString stage;
    double fraction = 0.0;
    std::optional<double> secondsLeft;
    bool quiet = false; ///< too short to be told of
    jobs::JobLane lane = jobs::JobLane::interactive;
};

/// In the window's thread; a call for a receiver that is gone is dropped. `done`, `failed`, `cancelled`:
/// exactly one.
template <class Job>
struct WindowCallbacks {
    std::function<void(typename Job::Result)> done = {};
    std::function<void(jobs::SnapshotOf<Job>)> snapshot = {};
    std::function<void(const jobs::Failure&)> failed = {}; ///< empty: JobRunner::failed
    std::function<void()> cancelled = {};
};

class JobRunner : public QObject {
    Q_OBJECT

  public:
    explicit JobRunner(std::size_t threads = 0, QObject* parent = nullptr);
    /// Cancels everything and waits for it, some tens of milliseconds.
    ~JobRunner() override;

    template <class Job>
    jobs::JobHandle run(QObject* receiver, Job job, WindowCallbacks<Job> callbacks, bool quiet = false) {
        const std::size_t id = begin(QString::fromStdString(job.title()), quiet, Job::lane);
        const QPointer<QObject> alive(receiver);
        auto shared = std::make_shared<WindowCallbacks<Job>>(std::move(callbacks));
        jobs::JobCallbacks<Job> out;
        out.on_progress = [this, id](const jobs::JobProgress& progress) {
            const auto left = progress.left ? std::optional(progress.left->count()) : std::nullopt;
            const QString stage = text(progress.stage);
            inWindow([this, id, fraction = progress.fraction, stage, left] {
                progressed(id, fraction, stage, left);
            });
        };
        if (shared->snapshot)
            out.on_snapshot = [this, alive, shared](jobs::SnapshotOf<Job> snapshot) {
                inWindow([alive, shared, snapshot = std::move(snapshot)] {
                    if (alive)
                        shared->snapshot(snapshot);
                });
            };
        out.on_done = [this, id, alive, shared](typename Job::Result result) {
            // Shared, since the event system copies what it carries.
            auto carried = std::make_shared<typename Job::Result>(std::move(result));
            inWindow([this, id, alive, shared, carried] {
                end(id);
                if (alive && shared->done)
                    shared->done(std::move(*carried));
            });
        };
        out.on_failed = [this, id, alive, shared,
                         title = QString::fromStdString(job.title())](const jobs::Failure& failure) {
            inWindow([this, id, alive, shared, failure, title] {
                end(id);
                if (!alive)
                    return;
                if (shared->failed)
                    shared->failed(failure);
                else
                    Q_EMIT failed(title, failure);
            });
        };
        out.on_cancelled = [this, id, alive, shared] {
            inWindow([this, id, alive, shared] {
                end(id);
                if (alive && shared->cancelled)
                    shared->cancelled();
            });
        };
        jobs::JobHandle handle = queue_->submit(std::move(job), std::move(out));
        remember(id, handle);
        return handle;
    }

    [[nodiscard]] const std::vector<JobStatus>& statuses() const { return statuses_; }
    void cancel(std::size_t id);

  Q_SIGNALS:
    void statusChanged();
    void failed(const QString& title, const stratoscope::jobs::Failure& failure);

  private:
    void inWindow(std::function<void()> call);
    std::size_t begin(const QString& title, bool quiet, jobs::JobLane lane);
    void remember(std::size_t id, const jobs::JobHandle& handle);
    void progressed(std::size_t id, double fraction, const QString& stage, std::optional<double> left);
    void end(std::size_t id);

    std::vector<JobStatus> statuses_;
    std::vector<std::pair<std::size_t, jobs::JobHandle>> handles_;
    std::size_t last_ = 0;
    std::unique_ptr<jobs::JobQueue> queue_;
};

} // namespace stratoscope::ui
