#include "app/cli/progress_line.h"

#include <algorithm>
#include <cmath>
#include <ostream>

namespace stratoscope::cli {
namespace {

constexpr std::chrono::milliseconds between_drawings{100};
constexpr std::chrono::seconds between_lines{5}; // a log wants few
constexpr int bar_width = 30;

std::string seconds_text(double seconds) {
    const auto whole = static_cast<long>(std::ceil(seconds));
    return whole < 90 ? std::to_string(whole) + " s" : std::to_string((whole + 30) / 60) + " min";
}

} // namespace

void ProgressLine::show(double fraction, std::string_view stage) {
    const std::lock_guard lock(mutex_);
    const Clock::time_point now = Clock::now();
    if (now - last_ < (terminal_ ? Clock::duration(between_drawings) : Clock::duration(between_lines)))
        return;
    last_ = now;
    const auto percent = static_cast<int>(100.0 * std::clamp(fraction, 0.0, 1.0));
    const auto left = left_.after(fraction, now);
    const std::string rest = left ? ", " + seconds_text(left->count()) + " left" : std::string();
    if (!terminal_) {
        err_ << stage << ": " << percent << " %" << rest << '\n' << std::flush;
        return;
    }
    const int filled = percent * bar_width / 100;
    err_ << "\r\033[K" << stage << " [" << std::string(static_cast<std::size_t>(filled), '#')
         << std::string(static_cast<std::size_t>(bar_width - filled), ' ') << "] " << percent << " %" << rest
         << std::flush;
    drawn_ = true;
}

void ProgressLine::end() {
    const std::lock_guard lock(mutex_);
    if (drawn_)
        err_ << "\r\033[K" << std::flush;
    drawn_ = false;
}

} // namespace stratoscope::cli
