#include "core/base/thread_pool.h"

#include <atomic>
#include <exception>

namespace stratoscope {

struct ThreadPool::Loop {
    std::size_t count;
    const std::function<void(std::size_t, std::size_t)>& body;
    std::atomic<std::size_t> next{0};
    std::size_t busy = 0;                 // workers inside run(), guarded by the pool's mutex
    std::exception_ptr failure = nullptr; // guarded by failure_mutex
    std::mutex failure_mutex = {};

    void run(std::size_t worker) {
        while (true) {
            const std::size_t item = next.fetch_add(1);
            if (item >= count)
                return;
            try {
                body(item, worker);
            } catch (...) {
                next.store(count);
                const std::lock_guard lock(failure_mutex);
                if (!failure)
                    failure = std::current_exception();
                return;
            }
        }
    }
};

namespace {
// Which pool this thread is inside of; a nested loop must not wait for workers that wait for it.
thread_local const ThreadPool* inside_of = nullptr;

struct Inside {
    explicit Inside(const ThreadPool* pool) : outer(inside_of) { inside_of = pool; }
    ~Inside() { inside_of = outer; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    const ThreadPool* outer;
};
} // namespace

ThreadPool::ThreadPool(std::size_t threads) {
    if (threads == 0)
        threads = std::max(1u, std::thread::hardware_concurrency());
    threads_.reserve(threads - 1);
    for (std::size_t worker = 1; worker < threads; ++worker)
        threads_.emplace_back([this, worker] { work(worker); });
}

ThreadPool::~ThreadPool() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
}

void ThreadPool::work(std::size_t worker) {
    const Inside inside(this);
    std::size_t seen = 0;
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [&] { return closing_ || (loop_ != nullptr && generation_ != seen); });
        if (closing_)
            return;
        seen = generation_;
        Loop* loop = loop_;
        ++loop->busy;
        lock.unlock();
        loop->run(worker);
        lock.lock();
        if (--loop->busy == 0)
            done_.notify_all();
    }
}

void ThreadPool::parallel_for(std::size_t count, const std::function<void(std::size_t, std::size_t)>& body) {
    if (count == 0)
        return;
    if (inside_of == this) {
        for (std::size_t item = 0; item < count; ++item)
            body(item, 0);
        return;
    }
    const std::lock_guard turn(caller_);
    const Inside inside(this);
    Loop loop{.count = count, .body = body};
    {
        const std::lock_guard lock(mutex_);
        loop_ = &loop;
        ++generation_;
    }
    wake_.notify_all();
    loop.run(0);
    {
        std::unique_lock lock(mutex_);
        loop_ = nullptr; // workers that have not woken yet will not join
        done_.wait(lock, [&] { return loop.busy == 0; });
    }
    if (loop.failure)
        std::rethrow_exception(loop.failure);
}

} // namespace stratoscope
