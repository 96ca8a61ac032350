#include "core/base/thread_pool.h"
#include "tests/core/jobs/job_support.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>

namespace stratoscope::jobs {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using Clock = std::chrono::steady_clock;

TEST(Cancelling, StopsARunningJobSoon) {
    JobQueue queue(2);
    Log log;
    Flag begun;
    JobHandle handle = queue.submit(Background{[&](const auto& context) {
                                        context.task.pool.parallel_for(1000, [&](std::size_t, std::size_t) {
                                            begun.raise();
                                            work_until_cancelled(context.task);
                                        });
                                        return 0;
                                    }},
                                    logging<Background>(log, "it"));
    ASSERT_TRUE(begun.wait());
    const auto asked = Clock::now();
    EXPECT_TRUE(handle.cancel());
    handle.wait();
    EXPECT_LT(Clock::now() - asked, 200ms);
    EXPECT_EQ(handle.state(), JobState::cancelled);
    EXPECT_EQ(log.lines(), Lines{"it cancelled"});
    EXPECT_TRUE(handle.cancel()) << "asking twice changes nothing";
    EXPECT_EQ(log.lines().size(), 1u);
}

TEST(Cancelling, AWaitingJobSaysSoWithoutWaitingItsTurn) {
    JobQueue queue(1);
    Log log;
    Flag go;
    JobHandle busy = queue.submit(Background{[&](const auto&) { return go.wait() ? 0 : 1; }},
                                  logging<Background>(log, "busy"));
    JobHandle waiting = queue.submit(Background{[&](const auto&) {
                                         log.add("must not run");
                                         return 0;
                                     }},
                                     logging<Background>(log, "waiting"));
    JobHandle next =
        queue.submit(Background{[](const auto&) { return 0; }}, logging<Background>(log, "next"));
    EXPECT_EQ(waiting.state(), JobState::waiting);
    const auto asked = Clock::now();
    EXPECT_TRUE(waiting.cancel());
    waiting.wait();
    EXPECT_LT(Clock::now() - asked, 200ms);
    EXPECT_TRUE(busy.active());
    go.raise();
    next.wait();
    EXPECT_EQ(log.lines(), (Lines{"waiting cancelled", "busy done", "next done"}));
}

TEST(Cancelling, AResultThatComesTooLateIsNotTold) {
    JobQueue queue(1);
    Log log;
    Flag begun;
    Flag go;
    JobHandle handle =
        queue.submit(Background{[&](const auto& context) {
                         begun.raise();
                         EXPECT_TRUE(go.wait());
                         context.task.report(0.5, "must not be told");
                         context.on_snapshot(1);
                         return 0; // never looked whether it should stop
                     }},
                     [&] {
                         auto callbacks = logging<Background>(log, "it");
                         callbacks.on_progress = [&](const JobProgress&) { log.add("progress"); };
                         callbacks.on_snapshot = [&](int) { log.add("snapshot"); };
                         return callbacks;
                     }());
    ASSERT_TRUE(begun.wait());
    EXPECT_TRUE(handle.cancel());
    go.raise();
    handle.wait();
    EXPECT_EQ(log.lines(), Lines{"it cancelled"});
}

TEST(Cancelling, AFailureOfACancelledJobIsNotTold) {
    JobQueue queue(1);
    Log log;
    Flag begun;
    Flag go;
    JobHandle handle = queue.submit(Background{[&](const auto&) -> int {
                                        begun.raise();
                                        EXPECT_TRUE(go.wait());
                                        throw Error(ErrorKind::io, {.what = "the file went away"});
                                    }},
                                    logging<Background>(log, "it"));
    ASSERT_TRUE(begun.wait());
    EXPECT_TRUE(handle.cancel());
    go.raise();
    handle.wait();
    EXPECT_EQ(handle.state(), JobState::cancelled);
    EXPECT_EQ(log.lines(), Lines{"it cancelled"});
}

TEST(Cancelling, MayBeDoneFromTheJobsOwnCallback) {
    JobQueue queue(1);
    Log log;
    Flag known;
    JobHandle handle;
    auto callbacks = logging<Background>(log, "it");
    callbacks.on_progress = [&](const JobProgress&) { EXPECT_TRUE(handle.cancel()); };
    handle = queue.submit(Background{[&](const auto& context) {
                              EXPECT_TRUE(known.wait());
                              context.task.report(0.1, "begun");
                              return work_until_cancelled(context.task);
                          }},
                          callbacks);
    known.raise();
    handle.wait();
    EXPECT_EQ(log.lines(), Lines{"it cancelled"});
}

TEST(Cancelling, OfNoJobDoesNothing) {
    JobHandle none;
    EXPECT_FALSE(none.cancel());
    EXPECT_FALSE(none.active());
    EXPECT_EQ(none.state(), JobState::cancelled);
    none.wait();
}

TEST(DestroyingTheQueue, CancelsEverythingAndWaits) {
    Log log;
    JobHandle running;
    JobHandle waiting;
    const auto begun = std::make_shared<Flag>();
    Clock::time_point asked;
    {
        JobQueue queue(2);
        running = queue.submit(Background{[begun](const auto& context) {
                                   begun->raise();
                                   return work_until_cancelled(context.task);
                               }},
                               logging<Background>(log, "running"));
        waiting =
            queue.submit(Background{[](const auto&) { return 0; }}, logging<Background>(log, "waiting"));
        ASSERT_TRUE(begun->wait());
        asked = Clock::now();
    }
    EXPECT_LT(Clock::now() - asked, 200ms);
    EXPECT_EQ(log.lines(), (Lines{"running cancelled", "waiting cancelled"}));
    EXPECT_EQ(running.state(), JobState::cancelled);
    EXPECT_EQ(waiting.state(), JobState::cancelled);
    EXPECT_TRUE(waiting.cancel()); // handles outlive the queue
    waiting.wait();
}

TEST(DestroyingTheQueue, WhileCallbacksSubmitTellsEachJobItsEnd) {
    for (int round = 0; round < 20; ++round) {
        std::atomic<int> submitted = 0;
        std::atomic<int> ended = 0;
        Flag many;
        std::function<void()> submit_next; // outlives the queue, whose last callbacks use it
        {
            JobQueue queue(1);
            submit_next = [&] {
                if (++submitted == 30)
                    many.raise();
                JobCallbacks<Background> callbacks;
                callbacks.on_done = [&](int) {
                    submit_next();
                    ++ended;
                };
                callbacks.on_cancelled = [&] { ++ended; };
                queue.submit(Background{[](const auto&) { return 0; }}, callbacks);
            };
            submit_next();
            ASSERT_TRUE(many.wait());
        }
        EXPECT_EQ(submitted, ended);
    }
}

// Jobs that end in every way, cancelled at any moment: exactly one last callback each, and the right one.
TEST(JobQueue, TellsEachJobsEndExactlyOnce) {
    constexpr int count = 600;
    std::vector<std::atomic<int>> done(count);
    std::vector<std::atomic<int>> failed(count);
    std::vector<std::atomic<int>> cancelled(count);
    std::vector<JobHandle> handles(count);
    std::vector<int> promised(count, 0); // what cancel() said
    {
        JobQueue queue(1);
        for (int i = 0; i < count; ++i) {
            const auto place = static_cast<std::size_t>(i);
            JobCallbacks<Interactive> callbacks;
            callbacks.on_done = [&, place](int) { ++done[place]; };
            callbacks.on_failed = [&, place](const Failure&) { ++failed[place]; };
            callbacks.on_cancelled = [&, place] { ++cancelled[place]; };
            handles[place] = queue.submit(Interactive{[i](const auto& context) {
                                              if (i % 7 == 0)
                                                  throw Error(ErrorKind::io, {.what = "an error"});
                                              for (int step = 0; step < i % 50; ++step)
                                                  context.task.check();
                                              return i;
                                          }},
                                          callbacks);
            if (i % 3 == 0) {
                const auto victim = static_cast<std::size_t>(i / 2);
                promised[victim] |= handles[victim].cancel() ? 1 : 0;
            }
            if (i % 5 == 0)
                promised[place] |= handles[place].cancel() ? 1 : 0;
        }
        for (std::size_t i = 0; i + 20 < count; ++i)
            handles[i].wait(); // the last twenty are left to the destructor
    }
    int cancelled_jobs = 0;
    for (std::size_t i = 0; i < count; ++i) {
        EXPECT_EQ(done[i] + failed[i] + cancelled[i], 1) << i;
        if (promised[i] != 0) {
            EXPECT_EQ(cancelled[i], 1) << i;
        }
        if (failed[i] != 0) {
            EXPECT_EQ(i % 7, 0u) << i;
        }
        cancelled_jobs += cancelled[i];
    }
    EXPECT_LT(cancelled_jobs, count);
}

} // namespace
} // namespace stratoscope::jobs
