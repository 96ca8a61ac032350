#include "core/jobs/job_queue.h"

#include "core/base/thread_pool.h"

#include <algorithm>
#include <array>
#include <deque>

#ifdef __linux__
#include <sys/resource.h>
#endif

namespace stratoscope::jobs {
namespace {

constexpr std::array all_lanes{JobLane::interactive, JobLane::background, JobLane::comparison,
                               JobLane::extraction};

// How many jobs of the lane run at a time. Interactive: a click's neighbours beside its divergence beside
// thumbnails.
constexpr std::size_t workers_of(JobLane lane) {
    return lane == JobLane::interactive ? 3 : 1;
}

// Long work yields to the window and to interactive jobs when processors are scarce. On Linux this is a
// property of the thread, and the threads it starts inherit it.
void be_patient() {
#ifdef __linux__
    constexpr int patience = 5;
    ::setpriority(PRIO_PROCESS, 0, patience);
#endif
}

} // namespace

struct detail::QueueState {
    using Jobs = std::deque<std::shared_ptr<JobRecord>>;

    std::mutex mutex; // guards what follows
    std::condition_variable wake;
    std::array<Jobs, all_lanes.size()> waiting;
    std::vector<std::shared_ptr<JobRecord>> running;
    bool closing = false;

    Jobs& lane(JobLane which) { return waiting[static_cast<std::size_t>(which)]; }

    // A job cancelled while it waits need not wait on to say so: the interactive lane is never busy for
    // long.
    void hurry(const std::shared_ptr<JobRecord>& record) {
        const std::lock_guard lock(mutex);
        Jobs& from = lane(record->lane());
        const auto place = std::ranges::find(from, record);
        if (closing || place == from.end())
            return;
        from.erase(place);
        lane(JobLane::interactive).push_front(record);
        wake.notify_all();
    }

    void work(JobLane which, std::size_t threads) {
        if (which != JobLane::interactive)
            be_patient();
        std::optional<ThreadPool> pool; // made when first needed: most lanes of most queues never run
        const auto make_pool = [&]() -> ThreadPool& {
            if (!pool)
                pool.emplace(threads);
            return *pool;
        };
        std::unique_lock lock(mutex);
        while (true) {
            wake.wait(lock, [&] { return closing || !lane(which).empty(); });
            if (lane(which).empty())
                return;
            std::shared_ptr<JobRecord> record = std::move(lane(which).front());
            lane(which).pop_front();
            running.push_back(record);
            lock.unlock();
            record->run(make_pool);
            lock.lock();
            std::erase(running, record);
        }
    }
};

bool JobHandle::cancel() {
    if (!record_ || !record_->cancel())
        return false;
    if (const auto queue = queue_.lock())
        queue->hurry(record_);
    return true;
}

JobState JobHandle::state() const {
    return record_ ? record_->state() : JobState::cancelled;
}

std::string JobHandle::title() const {
    return record_ ? record_->title() : std::string();
}

bool JobHandle::active() const {
    const JobState now = state();
    return now == JobState::waiting || now == JobState::running;
}

void JobHandle::wait() {
    if (record_)
        record_->wait();
}

JobQueue::JobQueue(std::size_t threads) : state_(std::make_shared<detail::QueueState>()) {
    try {
        for (const JobLane lane : all_lanes)
            for (std::size_t worker = 0; worker < workers_of(lane); ++worker)
                workers_.emplace_back([state = state_, lane, threads] { state->work(lane, threads); });
    } catch (...) {
        close(); // threads that did start must not outlive the failure
        throw;
    }
}

JobQueue::~JobQueue() {
    close();
}

void JobQueue::close() {
    detail::QueueState::Jobs all;
    {
        const std::lock_guard lock(state_->mutex);
        state_->closing = true;
        all.assign(state_->running.begin(), state_->running.end());
        for (const auto& lane : state_->waiting)
            all.insert(all.end(), lane.begin(), lane.end());
    }
    for (const auto& record : all)
        record->cancel();
    state_->wake.notify_all();
    for (std::thread& worker : workers_)
        worker.join();
}

JobHandle JobQueue::enqueue(std::shared_ptr<JobRecord> record) {
    JobHandle handle(record, state_);
    {
        const std::lock_guard lock(state_->mutex);
        if (!state_->closing) {
            state_->lane(record->lane()).push_back(record);
            record = nullptr;
        }
    }
    if (record) {
        // A callback of a job that ends while the queue closes: the other workers may be gone already.
        record->cancel();
        record->run([]() -> ThreadPool& { throw Cancelled{}; });
        return handle;
    }
    state_->wake.notify_all();
    return handle;
}

} // namespace stratoscope::jobs
