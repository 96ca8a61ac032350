// A job in a queue: its state, and its type erased. Only the queue and its handles deal with it.
#pragma once

#include "core/jobs/job.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace stratoscope::jobs {

class JobRecord {
  public:
    JobRecord(std::string title, JobLane lane) : title_(std::move(title)), lane_(lane) {}
    virtual ~JobRecord() = default;
    JobRecord(const JobRecord&) = delete;
    JobRecord& operator=(const JobRecord&) = delete;

    [[nodiscard]] const std::string& title() const noexcept { return title_; }
    [[nodiscard]] JobLane lane() const noexcept { return lane_; }
    [[nodiscard]] JobState state() const;

    /// Whether the job ends cancelled for certain: false once it is done or failed.
    bool cancel();
    /// Until its last callback has returned.
    void wait();
    /// Everything from start to last callback, in this thread; make_pool gives the threads to run on.
    void run(const std::function<ThreadPool&()>& make_pool);

  protected:
    virtual void compute(const Task& task) = 0; ///< run the job, keep its result
    virtual void tell_progress(const JobProgress& progress) = 0;
    virtual void tell_done() = 0;
    virtual void tell_failed(const Failure& failure) = 0;
    virtual void tell_cancelled() = 0;
    virtual void release() = 0; ///< drop job, result and callbacks: a handle may outlive them by long

    [[nodiscard]] bool cancel_requested() const noexcept { return cancellation_.requested(); }
    std::mutex telling_; ///< held while a callback runs

  private:
    [[nodiscard]] bool begin();
    [[nodiscard]] bool settle(JobState state); ///< false: it was cancelled before
    void fail(const std::exception_ptr& thrown);
    void end_cancelled();

    std::string title_;
    JobLane lane_;
    Cancellation cancellation_;
    mutable std::mutex mutex_; ///< guards what follows, and requests of cancellation_
    std::condition_variable over_changed_;
    JobState state_ = JobState::waiting;
    bool over_ = false;
};

template <class Job>
class TypedJobRecord final : public JobRecord {
  public:
    TypedJobRecord(Job job, JobCallbacks<Job> callbacks)
        : JobRecord(job.title(), Job::lane), job_(std::move(job)), callbacks_(std::move(callbacks)) {}

  private:
    void compute(const Task& task) override {
        JobContext<SnapshotOf<Job>> context{task, {}};
        if (callbacks_.on_snapshot)
            context.on_snapshot = [this](SnapshotOf<Job> snapshot) {
                const std::lock_guard lock(telling_);
                if (!cancel_requested())
                    callbacks_.on_snapshot(std::move(snapshot));
            };
        result_.emplace(job_->run(context));
    }
    void tell_progress(const JobProgress& progress) override {
        if (callbacks_.on_progress)
            callbacks_.on_progress(progress);
    }
    void tell_done() override {
        if (callbacks_.on_done)
            callbacks_.on_done(std::move(*result_));
    }
    void tell_failed(const Failure& failure) override {
        if (callbacks_.on_failed)
            callbacks_.on_failed(failure);
    }
    void tell_cancelled() override {
        if (callbacks_.on_cancelled)
            callbacks_.on_cancelled();
    }
    void release() override {
        job_.reset();
        result_.reset();
        callbacks_ = {};
    }

    std::optional<Job> job_;
    JobCallbacks<Job> callbacks_;
    std::optional<typename Job::Result> result_;
};

} // namespace stratoscope::jobs
