// Medians of many values without sorting them all.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace stratoscope {

/// The middle value, the upper of the two where their number is even. Not empty; put in another order.
template <class T>
[[nodiscard]] T upper_median(std::vector<T>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// The middle two, or the middle one twice where their number is odd: {lower, upper}. As above.
template <class T>
[[nodiscard]] std::pair<T, T> middle_two(std::vector<T>& values) {
    const T upper = upper_median(values);
    if (values.size() % 2 == 1)
        return {upper, upper};
    return {
        *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2)),
        upper};
}

} // namespace stratoscope
