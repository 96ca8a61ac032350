#include "core/base/thread_pool.h"
#include "tests/core/jobs/job_support.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <limits>

namespace stratoscope::jobs {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

TEST(JobQueue, GivesTheResultAndEndsDone) {
    JobQueue queue(2);
    int result = 0;
    JobCallbacks<Interactive> callbacks;
    callbacks.on_done = [&](int value) { result = value; };
    JobHandle handle = queue.submit(Interactive{[](const auto&) { return 41; }}, callbacks);
    handle.wait();
    EXPECT_EQ(result, 41);
    EXPECT_EQ(handle.state(), JobState::done);
    EXPECT_EQ(handle.title(), "a job of a test");
    EXPECT_FALSE(handle.active());
    EXPECT_FALSE(handle.cancel()) << "it is too late";
}

TEST(JobQueue, RunsALaneInOrderOneAtATime) {
    Log log;
    JobQueue queue(1);
    std::atomic<int> running = 0;
    std::vector<JobHandle> handles;
    for (const char* name : {"a", "b", "c", "d", "e", "f"})
        handles.push_back(queue.submit(Background{[&, name](const auto&) {
                                           EXPECT_EQ(running.fetch_add(1), 0);
                                           log.add(name);
                                           std::this_thread::sleep_for(3ms);
                                           running.fetch_sub(1);
                                           return 0;
                                       }},
                                       {}));
    for (JobHandle& handle : handles)
        handle.wait();
    EXPECT_EQ(log.lines(), (Lines{"a", "b", "c", "d", "e", "f"}));
}

TEST(JobQueue, LanesDoNotWaitForEachOther) {
    JobQueue queue(1);
    Flag answered;
    JobHandle slow = queue.submit(Background{[&](const auto&) {
                                      return answered.wait() ? 1 : 0;
                                  }}, // ends only if the click is answered
                                  {});
    JobCallbacks<Interactive> callbacks;
    callbacks.on_done = [&](int) { answered.raise(); };
    queue.submit(Interactive{[](const auto&) { return 0; }}, callbacks);
    EXPECT_TRUE(answered.wait());
    slow.wait();
}

TEST(JobQueue, InteractiveJobsRunBesideEachOther) {
    JobQueue queue(1);
    Flag first;
    Flag second;
    std::atomic<int> met = 0;
    JobHandle a = queue.submit(Interactive{[&](const auto&) {
                                   first.raise();
                                   met += second.wait() ? 1 : 0;
                                   return 0;
                               }},
                               {});
    JobHandle b = queue.submit(Interactive{[&](const auto&) {
                                   second.raise();
                                   met += first.wait() ? 1 : 0;
                                   return 0;
                               }},
                               {});
    a.wait();
    b.wait();
    EXPECT_EQ(met, 2);
}

TEST(JobQueue, UsesAsManyThreadsAsAsked) {
    JobQueue queue(3);
    std::size_t threads = 0;
    JobHandle handle = queue.submit(Background{[&](const auto& context) {
                                        threads = context.task.pool.size();
                                        return 0;
                                    }},
                                    {});
    handle.wait();
    EXPECT_EQ(threads, 3u);
}

TEST(JobQueue, ProgressNeverFallsAndStaysWithinBounds) {
    JobQueue queue(2);
    std::vector<double> seen;
    Lines stages;
    JobCallbacks<Background> callbacks;
    callbacks.on_progress = [&](const JobProgress& progress) {
        seen.push_back(progress.fraction);
        stages.emplace_back(progress.stage);
    };
    JobHandle handle =
        queue.submit(Background{[](const auto& context) {
                         const double nan = std::numeric_limits<double>::quiet_NaN();
                         int stage = 0;
                         for (const double fraction : {0.0, 0.5, 0.2, nan, 0.4, -3.0, 0.6, 7.0, 0.9})
                             context.task.report(
                                 fraction, "stage " + std::to_string(stage++)); // a new stage is always told
                         return 0;
                     }},
                     callbacks);
    handle.wait();
    EXPECT_EQ(seen, (std::vector<double>{0.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.6, 1.0, 1.0}));
    EXPECT_EQ(stages.back(), "stage 8");
}

TEST(JobQueue, ProgressIsNotToldTooOften) {
    JobQueue queue(2);
    int told = 0; // no lock: calls of one job come one after another, which the thread sanitizer checks
    std::chrono::duration<double> spent{};
    JobCallbacks<Background> callbacks;
    callbacks.on_progress = [&](const JobProgress&) { ++told; };
    JobHandle handle =
        queue.submit(Background{[&](const auto& context) {
                         const auto start = std::chrono::steady_clock::now();
                         context.task.pool.parallel_for(20000, [&](std::size_t item, std::size_t) {
                             context.task.report(static_cast<double>(item) / 20001.0, "counting");
                         });
                         spent = std::chrono::steady_clock::now() - start;
                         return 0;
                     }},
                     callbacks);
    handle.wait();
    EXPECT_GE(told, 1);
    EXPECT_LE(told, 2 + static_cast<int>(spent.count() / 0.030));
}

TEST(JobQueue, TellsTimeLeftOnceItIsKnown) {
    JobQueue queue(1);
    std::vector<std::optional<std::chrono::duration<double>>> left;
    JobCallbacks<Background> callbacks;
    callbacks.on_progress = [&](const JobProgress& progress) { left.push_back(progress.left); };
    JobHandle handle = queue.submit(Background{[](const auto& context) {
                                        context.task.report(0.01, "begun");
                                        std::this_thread::sleep_for(400ms);
                                        context.task.report(0.5, "half");
                                        context.task.report(1.0, "whole");
                                        return 0;
                                    }},
                                    callbacks);
    handle.wait();
    ASSERT_EQ(left.size(), 3u);
    EXPECT_FALSE(left[0].has_value()) << "nothing is known at the start";
    ASSERT_TRUE(left[1].has_value());
    EXPECT_GE(left[1]->count(), 0.399) << "half in 0.4 s or more: as much again is left";
    ASSERT_TRUE(left[2].has_value());
    EXPECT_EQ(left[2]->count(), 0.0);
}

TEST(JobQueue, PassesSnapshotsOnInOrder) {
    JobQueue queue(1);
    std::vector<int> seen;
    JobCallbacks<Background> callbacks;
    callbacks.on_snapshot = [&](int snapshot) { seen.push_back(snapshot); };
    callbacks.on_done = [&](int result) { seen.push_back(result); };
    const Background job{[](const auto& context) {
        for (int i = 0; i < 4; ++i)
            if (context.on_snapshot)
                context.on_snapshot(i);
        return 100;
    }};
    queue.submit(job, callbacks).wait();
    EXPECT_EQ(seen, (std::vector<int>{0, 1, 2, 3, 100}));
    queue.submit(job, {}).wait(); // nobody looks: on_snapshot is empty, nothing is called
}

TEST(JobQueue, TellsWhatAJobThrew) {
    JobQueue queue(1);
    std::vector<ErrorKind> kinds;
    JobCallbacks<Background> callbacks;
    callbacks.on_failed = [&](const Failure& failure) { kinds.push_back(failure.kind); };
    const auto fails_with = [&](const std::function<void()>& thrower) {
        JobHandle handle = queue.submit(Background{[thrower](const auto&) {
                                            thrower();
                                            return 0;
                                        }},
                                        callbacks);
        handle.wait();
        EXPECT_EQ(handle.state(), JobState::failed);
    };
    fails_with([] { throw Error(ErrorKind::no_input, {.what = "there is no such file"}); });
    fails_with([] { throw std::bad_alloc(); });
    fails_with([] { throw std::logic_error("a mistake"); });
    EXPECT_EQ(kinds, (std::vector{ErrorKind::no_input, ErrorKind::out_of_memory, ErrorKind::internal}));
}

TEST(JobQueue, AResultThatCantBeTakenInIsAFailure) {
    JobQueue queue(1);
    Log log;
    auto callbacks = logging<Background>(log, "it");
    callbacks.on_done = [](int) { throw Error(ErrorKind::internal, {.what = "no room for the result"}); };
    JobHandle handle = queue.submit(Background{[](const auto&) { return 0; }}, callbacks);
    handle.wait();
    EXPECT_EQ(handle.state(), JobState::failed);
    EXPECT_EQ(log.lines(), (Lines{"it failed: no room for the result"}));
}

TEST(JobQueue, DropsJobAndCallbacksWhenOver) {
    JobQueue queue(1);
    const auto held = std::make_shared<int>(7);
    JobCallbacks<Background> callbacks;
    callbacks.on_done = [held](int) {};
    JobHandle handle = queue.submit(Background{[held](const auto&) { return *held; }}, callbacks);
    callbacks = {};
    handle.wait();
    EXPECT_EQ(held.use_count(), 1) << "a handle alone must not keep a dataset in memory";
}

TEST(JobQueue, CallbacksMaySubmitJobs) {
    JobQueue queue(1);
    Flag all;
    Log log;
    JobCallbacks<Background> second;
    second.on_done = [&](int value) {
        log.add("second " + std::to_string(value));
        all.raise();
    };
    JobCallbacks<Background> first;
    first.on_done = [&](int value) {
        log.add("first " + std::to_string(value));
        queue.submit(Background{[value](const auto&) { return value + 1; }}, second);
    };
    queue.submit(Background{[](const auto&) { return 1; }}, first);
    EXPECT_TRUE(all.wait());
    EXPECT_EQ(log.lines(), (Lines{"first 1", "second 2"}));
}

} // namespace
} // namespace stratoscope::jobs
