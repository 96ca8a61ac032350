#include "core/base/time_left.h"

namespace stratoscope {

std::optional<std::chrono::duration<double>> TimeLeft::after(double fraction, Clock::time_point now) const {
    const std::chrono::duration<double> spent = now - start_;
    if (!(fraction >= 0.02) || spent.count() < 0.3)
        return std::nullopt;
    if (fraction >= 1.0)
        return std::chrono::duration<double>(0.0);
    return spent * ((1.0 - fraction) / fraction);
}

} // namespace stratoscope
