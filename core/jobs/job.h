// What a job is: a value that says what to compute. It is copied into a queue (job_queue.h) and run there.
//
//     struct SomeJob {
//         using Result = …;                                 // what it gives
//         using Snapshot = …;                               // optional: a Result in the making
//         static constexpr JobLane lane = JobLane::…;
//         std::string title() const;                        // for a person: "Comparing 31 layers"
//         Result run(const JobContext<…>& context) const;   // throws Error, Cancelled
//     };
#pragma once

#include "core/base/task.h"
#include "core/jobs/job_failure.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

namespace stratoscope::jobs {

/// Jobs of one lane wait for each other, never for those of another lane.
enum class JobLane {
    interactive, ///< someone looks at the screen and waits; several at a time
    background,  ///< reads everything once (health, statistics); one at a time
    comparison,  ///< minutes of all processors; one at a time
    extraction,  ///< hours; one at a time
};

enum class JobState { waiting, running, done, failed, cancelled };

struct NoSnapshot {};

template <class Snapshot = NoSnapshot>
struct JobContext {
    const Task& task;
    /// Any thread of the job may call it; calls are passed on one after another. May be empty.
    std::function<void(Snapshot)> on_snapshot = {};
};

namespace detail {
template <class Job>
struct SnapshotOf {
    using type = NoSnapshot;
};
template <class Job>
requires requires {
    typename Job::Snapshot;
}
struct SnapshotOf<Job> {
    using type = typename Job::Snapshot;
};
} // namespace detail

template <class Job>
using SnapshotOf = typename detail::SnapshotOf<Job>::type;

struct JobProgress {
    double fraction = 0.0;                             ///< 0…1 of the time, never falls
    std::string_view stage;                            ///< for a person; valid during the call
    std::optional<std::chrono::duration<double>> left; ///< nothing while too little is known
};

/// Called in threads of the queue, never two of one job at a time; all may be empty. Exactly one of on_done,
/// on_failed and on_cancelled is called for each job, as the last; only where on_done throws does on_failed
/// follow it, with what it threw. on_failed and on_cancelled must not throw. None may destroy the queue.
template <class Job>
struct JobCallbacks {
    std::function<void(const JobProgress&)> on_progress =
        {}; ///< at most every 30 ms or when the stage changes
    std::function<void(SnapshotOf<Job>)> on_snapshot = {};
    std::function<void(typename Job::Result)> on_done = {};
    std::function<void(const Failure&)> on_failed = {};
    std::function<void()> on_cancelled = {};
};

} // namespace stratoscope::jobs
