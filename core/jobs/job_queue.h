// Runs jobs in threads of its own, so that a window stays free and a click isn't kept waiting by a long
// comparison.
#pragma once

#include "core/jobs/job_record.h"

#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

namespace stratoscope::jobs {

namespace detail {
struct QueueState;
}

/// A submitted job. Copies stand for the same job; dropping them all doesn't stop it, and they may outlive
/// the queue. Any thread.
class JobHandle {
  public:
    JobHandle() = default; ///< stands for no job

    /// Asks the job to stop and returns at once. True: on_done and on_failed won't be called any more,
    /// on_cancelled will (or has been). False: too late, the job is done or failed, or there is none.
    bool cancel();
    [[nodiscard]] JobState state() const; ///< cancelled for no job
    [[nodiscard]] std::string title() const;
    /// Whether it waits or runs.
    [[nodiscard]] bool active() const;
    /// Until the last callback has returned. Not from a callback of the same job.
    void wait();

  private:
    friend class JobQueue;
    JobHandle(std::shared_ptr<JobRecord> record, std::weak_ptr<detail::QueueState> queue)
        : record_(std::move(record)), queue_(std::move(queue)) {}

    std::shared_ptr<JobRecord> record_;
    std::weak_ptr<detail::QueueState> queue_;
};

class JobQueue {
  public:
    /// threads: what one job may use; 0 means one per processor.
    explicit JobQueue(std::size_t threads = 0);
    /// Cancels every job and waits for the threads to end; each job's on_cancelled is called before this
    /// returns. A job stops within some 50 ms. Not from a callback.
    ~JobQueue();
    JobQueue(const JobQueue&) = delete;
    JobQueue& operator=(const JobQueue&) = delete;

    /// Jobs of a lane begin in the order they were submitted. Any thread, callbacks too.
    template <class Job>
    JobHandle submit(Job job, JobCallbacks<Job> callbacks = {}) {
        return enqueue(std::make_shared<TypedJobRecord<Job>>(std::move(job), std::move(callbacks)));
    }

  private:
    JobHandle enqueue(std::shared_ptr<JobRecord> record);
    void close();

    std::shared_ptr<detail::QueueState> state_;
    std::vector<std::thread> workers_;
};

} // namespace stratoscope::jobs
