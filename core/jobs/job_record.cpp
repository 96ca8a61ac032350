#include "core/jobs/job_record.h"

#include "core/base/time_left.h"

#include <algorithm>

namespace stratoscope::jobs {
namespace {

constexpr std::chrono::milliseconds between_reports{30};

// What a job reports, made steady: never falling, not too often.
class Reports {
  public:
    [[nodiscard]] std::optional<JobProgress> next(double fraction, std::string_view stage) {
        const auto now = TimeLeft::Clock::now();
        if (fraction > fraction_) // not for NaN
            fraction_ = std::min(fraction, 1.0);
        const bool due = now - last_ >= between_reports || fraction_ >= 1.0;
        if (told_ && !due && stage == stage_)
            return std::nullopt;
        told_ = true;
        last_ = now;
        stage_ = stage;
        return JobProgress{.fraction = fraction_, .stage = stage_, .left = time_left_.after(fraction_, now)};
    }

  private:
    TimeLeft time_left_;
    TimeLeft::Clock::time_point last_;
    double fraction_ = 0.0;
    std::string stage_;
    bool told_ = false;
};

} // namespace

JobState JobRecord::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

bool JobRecord::cancel() {
    const std::lock_guard lock(mutex_);
    if (state_ == JobState::done || state_ == JobState::failed)
        return false;
    cancellation_.request();
    if (state_ == JobState::waiting)
        state_ = JobState::cancelled;
    return true;
}

void JobRecord::wait() {
    std::unique_lock lock(mutex_);
    over_changed_.wait(lock, [&] { return over_; });
}

bool JobRecord::begin() {
    const std::lock_guard lock(mutex_);
    if (state_ != JobState::waiting)
        return false;
    state_ = JobState::running;
    return true;
}

bool JobRecord::settle(JobState state) {
    const std::lock_guard lock(mutex_);
    state_ = cancellation_.requested() ? JobState::cancelled : state;
    return state_ == state;
}

void JobRecord::end_cancelled() {
    {
        const std::lock_guard lock(mutex_);
        state_ = JobState::cancelled;
    }
    const std::lock_guard lock(telling_);
    tell_cancelled();
}

void JobRecord::fail(const std::exception_ptr& thrown) {
    if (!settle(JobState::failed)) {
        end_cancelled();
        return;
    }
    const std::lock_guard lock(telling_);
    tell_failed(failure_of(thrown));
}

void JobRecord::run(const std::function<ThreadPool&()>& make_pool) {
    if (!begin()) {
        end_cancelled();
    } else {
        try {
            Reports reports;
            const auto report = [&](double fraction, std::string_view stage) {
                const std::lock_guard lock(telling_);
                if (cancel_requested())
                    return;
                if (const auto progress = reports.next(fraction, stage))
                    tell_progress(*progress);
            };
            compute(Task{make_pool(), cancellation_, report});
            if (settle(JobState::done)) {
                const std::lock_guard lock(telling_);
                tell_done();
            } else {
                end_cancelled();
            }
        } catch (const Cancelled&) {
            end_cancelled();
        } catch (...) {
            fail(std::current_exception());
        }
    }
    release();
    const std::lock_guard lock(mutex_);
    over_ = true;
    over_changed_.notify_all();
}

} // namespace stratoscope::jobs
