#include "core/measures/jackknife.h"

#include <cmath>

namespace stratoscope::measures {

double jackknife_error(std::span<const double> without) {
    const auto groups = static_cast<double>(without.size());
    double mean = 0.0;
    for (const double value : without)
        mean += value / groups;
    double squares = 0.0;
    for (const double value : without)
        squares += (value - mean) * (value - mean);
    return std::sqrt(squares * (groups - 1.0) / groups);
}

} // namespace stratoscope::measures
