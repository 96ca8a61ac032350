// Progress on stderr: one line that is drawn over on a terminal, a plain line now and then otherwise.
#pragma once

#include "core/base/time_left.h"

#include <chrono>
#include <iosfwd>
#include <mutex>
#include <string>
#include <string_view>

namespace stratoscope::cli {

class ProgressLine {
  public:
    ProgressLine(std::ostream& err, bool terminal) : err_(err), terminal_(terminal) {}
    ~ProgressLine() { end(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    /// Any thread.
    void show(double fraction, std::string_view stage);
    void end();

  private:
    using Clock = std::chrono::steady_clock;

    std::ostream& err_;
    bool terminal_;
    std::mutex mutex_;
    TimeLeft left_;
    Clock::time_point start_ = Clock::now();
    Clock::time_point last_ = start_;
    bool drawn_ = false;
};

} // namespace stratoscope::cli
