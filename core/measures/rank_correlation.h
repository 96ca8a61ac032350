// Spearman's correlation: whether two lists put the same things first.
#pragma once

#include <span>

namespace stratoscope::measures {

/// Pearson's correlation of mid-ranks, −1 … 1; NaN where one list is constant. The same length, 2 or more.
[[nodiscard]] double rank_correlation(std::span<const double> a, std::span<const double> b);

} // namespace stratoscope::measures
