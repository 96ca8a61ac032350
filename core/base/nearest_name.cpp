#include "core/base/nearest_name.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace stratoscope {
namespace {

// Levenshtein's distance, a row of its table at a time: changes[j] makes the first j letters of b of the
// letters of a seen so far.
std::size_t changes_between(std::string_view a, std::string_view b) {
    std::vector<std::size_t> changes(b.size() + 1);
    std::iota(changes.begin(), changes.end(), std::size_t{0});
    for (const char letter : a) {
        std::size_t replaced = changes[0]++; // from the row before: one letter less of both
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t same = replaced + (letter == b[j] ? 0 : 1);
            replaced = changes[j + 1];
            changes[j + 1] = std::min({same, changes[j] + 1, changes[j + 1] + 1});
        }
    }
    return changes.back();
}

} // namespace

std::string_view nearest_name(std::string_view asked, std::span<const std::string_view> known) {
    std::string_view nearest;
    std::size_t least = std::max<std::size_t>(1, asked.size() / 3) + 1;
    for (const std::string_view name : known)
        if (const std::size_t changes = changes_between(asked, name); changes < least) {
            least = changes;
            nearest = name;
        }
    return nearest;
}

} // namespace stratoscope
