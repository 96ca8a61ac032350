// A few threads that share the items of one loop. std::thread alone, so that a thread sanitizer sees all of
// it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace stratoscope {

class ThreadPool {
  public:
    /// threads ≥ 1 work at a time, the calling one among them; 0 means one per processor.
    explicit ThreadPool(std::size_t threads = 0);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    [[nodiscard]] std::size_t size() const noexcept { return threads_.size() + 1; }

    /// Calls body(item, worker) for each item of 0…count−1, in rising order of start; worker is 0…size()−1
    /// and no two calls with the same worker overlap, so scratch memory may be kept per worker. The first
    /// exception of any call (Cancelled included) stops the handing out of items and is thrown here, after
    /// running calls have ended. Calls from several threads take turns; a call from inside a body runs in
    /// that thread alone, as worker 0.
    void parallel_for(std::size_t count,
                      const std::function<void(std::size_t item, std::size_t worker)>& body);

  private:
    struct Loop;
    void work(std::size_t worker);

    std::mutex caller_; ///< held by the caller whose loop is running
    std::mutex mutex_;  ///< guards what follows
    std::condition_variable wake_;
    std::condition_variable done_;
    Loop* loop_ = nullptr;
    std::size_t generation_ = 0;
    bool closing_ = false;
    std::vector<std::thread> threads_;
};

} // namespace stratoscope
