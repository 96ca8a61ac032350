// Time left from progress reports: steady where work is steady, honest ("unknown") at the start.
#pragma once

#include <chrono>
#include <optional>

namespace stratoscope {

class TimeLeft {
  public:
    using Clock = std::chrono::steady_clock;

    explicit TimeLeft(Clock::time_point start = Clock::now()) : start_(start) {}

    /// fraction 0…1 reached at `now`; nothing while too little is known (under 2 % or 0.3 s).
    [[nodiscard]] std::optional<std::chrono::duration<double>>
    after(double fraction, Clock::time_point now = Clock::now()) const;

  private:
    Clock::time_point start_;
};

} // namespace stratoscope
