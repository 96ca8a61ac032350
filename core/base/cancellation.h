// Asking work in another thread to stop. Cancelled is not a failure, so it is not a std::exception.
#pragma once

#include <atomic>
#include <memory>

namespace stratoscope {

struct Cancelled {};

/// Copies share one flag: keep one, hand one to the work.
class Cancellation {
  public:
    void request() noexcept { flag_->store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool requested() const noexcept { return flag_->load(std::memory_order_relaxed); }

    /// Work calls this at least every 50 ms.
    void check() const {
        if (requested())
            throw Cancelled{};
    }

  private:
    std::shared_ptr<std::atomic<bool>> flag_ = std::make_shared<std::atomic<bool>>(false);
};

} // namespace stratoscope
