#include "core/base/thread_pool.h"
#include "core/images/raster.h"
#include "core/jobs/picture_pipeline_internal.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <span>
#include <thread>
#include <utility>

#ifdef __linux__
#include <sys/resource.h>
#endif

namespace stratoscope::jobs {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t statistics_side = 256; // as images::compute_statistics has it

/// On Linux this is a property of the thread, and those it starts inherit it.
void be_more_patient() {
#ifdef __linux__
    constexpr int patience = 5;
    ::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) + patience);
#endif
}

PictureRecord look_at(const std::filesystem::path& path, const PipelinePlan& plan, std::span<float> values) {
    PictureRecord record;
    try {
        const images::Raster raster = images::decode(path);
        const models::PictureView view{raster.height, raster.width, raster.rgb};
        models::normalise(models::cut_square(view, plan.preprocessing), plan.preprocessing, plan.channels,
                          values);
        record.thumbnail = models::cut_square(view, {.resize = thumbnail_side, .size = thumbnail_side});
        record.statistics = images::statistics_of(images::shrunk(raster, statistics_side));
    } catch (const Error& error) {
        record.unreadable = error.parts().what.empty() ? std::string(error.what()) : error.parts().what;
    }
    return record;
}

} // namespace

struct PicturePipeline::State {
    PipelinePlan plan;
    Cancellation cancelled; ///< from outside
    Cancellation closed;    ///< by the destructor

    std::mutex mutex; // guards what follows
    std::condition_variable changed;
    std::optional<ReadyBatch> ready;
    bool ended = false;
    std::exception_ptr failure;

    std::thread thread;

    void check() const {
        cancelled.check();
        closed.check();
    }

    ReadyBatch decode(ThreadPool& pool, std::size_t number) const {
        const std::size_t first = number * plan.batch;
        const std::size_t count = std::min(plan.batch, plan.pictures.size() - first);
        const std::size_t width = plan.channels * plan.preprocessing.size * plan.preprocessing.size;
        ReadyBatch batch{number, std::vector<PictureRecord>(count), std::vector<float>(count * width), 0};
        pool.parallel_for(count, [&](std::size_t i, std::size_t) {
            check();
            batch.pictures[i] =
                look_at(plan.pictures[first + i], plan, std::span(batch.values).subspan(i * width, width));
        });
        for (std::size_t i = 0; i < count; ++i)
            if (batch.pictures[i].readable()) {
                if (i != batch.readable)
                    std::copy_n(batch.values.begin() + static_cast<std::ptrdiff_t>(i * width), width,
                                batch.values.begin() + static_cast<std::ptrdiff_t>(batch.readable * width));
                ++batch.readable;
            }
        batch.values.resize(batch.readable * width);
        return batch;
    }

    void work() {
        be_more_patient();
        try {
            ThreadPool pool(plan.threads);
            const std::size_t batches = (plan.pictures.size() + plan.batch - 1) / plan.batch;
            for (std::size_t number = plan.first_batch; number < batches; ++number) {
                ReadyBatch batch = decode(pool, number);
                std::unique_lock lock(mutex);
                while (ready) {
                    check();
                    changed.wait_for(lock, 20ms);
                }
                ready = std::move(batch);
                changed.notify_all();
            }
        } catch (...) {
            const std::lock_guard lock(mutex);
            failure = std::current_exception();
        }
        const std::lock_guard lock(mutex);
        ended = true;
        changed.notify_all();
    }
};

PicturePipeline::PicturePipeline(PipelinePlan plan, const Cancellation& cancellation)
    : state_(std::make_unique<State>()) {
    state_->plan = std::move(plan);
    state_->cancelled = cancellation;
    state_->thread = std::thread([state = state_.get()] { state->work(); });
}

PicturePipeline::~PicturePipeline() {
    state_->closed.request();
    state_->thread.join();
}

std::optional<ReadyBatch> PicturePipeline::next() {
    std::unique_lock lock(state_->mutex);
    while (!state_->ready && !state_->ended) {
        state_->cancelled.check();
        state_->changed.wait_for(lock, 20ms);
    }
    if (state_->ready) {
        std::optional<ReadyBatch> batch = std::exchange(state_->ready, std::nullopt);
        state_->changed.notify_all();
        return batch;
    }
    if (state_->failure)
        std::rethrow_exception(state_->failure);
    return std::nullopt;
}

} // namespace stratoscope::jobs
