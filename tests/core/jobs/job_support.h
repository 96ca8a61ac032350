// What the tests of jobs share: a job made of a function, a list that threads append to, a latch with a
// limit.
#pragma once

#include "core/jobs/job_queue.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace stratoscope::jobs {

/// A job in the given lane whose work is `body`.
template <JobLane Lane>
struct FunctionJob {
    using Result = int;
    using Snapshot = int;
    static constexpr JobLane lane = Lane;
    std::function<int(const JobContext<int>&)> body;

    [[nodiscard]] std::string title() const { return "a job of a test"; }
    [[nodiscard]] Result run(const JobContext<int>& context) const { return body(context); }
};

using Interactive = FunctionJob<JobLane::interactive>;
using Background = FunctionJob<JobLane::background>;

/// Something that is waited for, with a limit so that a mistake fails the test instead of stopping it.
class Flag {
  public:
    void raise() {
        const std::lock_guard lock(mutex_);
        up_ = true;
        changed_.notify_all();
    }
    [[nodiscard]] bool wait(std::chrono::milliseconds limit = std::chrono::seconds(20)) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, limit, [&] { return up_; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool up_ = false;
};

class Log {
  public:
    void add(std::string line) {
        const std::lock_guard lock(mutex_);
        lines_.push_back(std::move(line));
    }
    [[nodiscard]] std::vector<std::string> lines() const {
        const std::lock_guard lock(mutex_);
        return lines_;
    }

  private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

/// Writes each final callback into the log, after `name`.
template <class Job>
JobCallbacks<Job> logging(Log& log, const std::string& name) {
    JobCallbacks<Job> callbacks;
    callbacks.on_done = [&log, name](typename Job::Result) { log.add(name + " done"); };
    callbacks.on_failed = [&log, name](const Failure& failure) {
        log.add(name + " failed: " + failure.parts.what);
    };
    callbacks.on_cancelled = [&log, name] { log.add(name + " cancelled"); };
    return callbacks;
}

/// Work that only cancelling ends: what a long job does, looking every few milliseconds.
inline int work_until_cancelled(const Task& task) {
    while (true) {
        task.check();
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

} // namespace stratoscope::jobs
