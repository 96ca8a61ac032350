// One list of a row's nearest: its runs of equal distances, and how much each place counts among the k
// nearest. On a GPU one thread does this.
#pragma once

#include "core/engine/torch/distance_steps.h"

namespace stratoscope::engine::near_lists {

/// `length` places each.
struct List {
    const double* value;       ///< squared distances, rising; infinite where nothing stands
    const std::int64_t* place; ///< columns
    std::int64_t length;
    double doubt; ///< as DeviceRows has it: 0 where distances are exact
    double squared_length;
    const std::int32_t* twin_group; ///< (column), 0 without twins; or null
};

struct Runs {
    std::int64_t* begin; ///< of the run of equal distances that a place is in …
    std::int64_t* end;   ///< … and one past its last
    double* there;       ///< 1, or 0 where nothing stands
};

enum class Step { further, tied, doubtful };

/// From a place to the next. Where products are exact, so are ties; elsewhere only twins are known to be as
/// near as each other.
STRATOSCOPE_ON_BOTH Step step_after(const List& list, std::int64_t at, double infinity) {
    const double next = list.value[at + 1];
    if (next == infinity ||
        next - list.value[at] > gpu::doubtful_width(list.doubt, list.squared_length, next))
        return Step::further;
    const std::int32_t group = list.twin_group == nullptr ? 0 : list.twin_group[list.place[at]];
    const bool twins = group > 0 && list.twin_group[list.place[at + 1]] == group;
    return twins || list.doubt == 0.0 ? Step::tied : Step::doubtful;
}

/// Returns whether some order could not be told.
STRATOSCOPE_ON_BOTH bool find_runs(const List& list, const Runs& out, double infinity) {
    bool unsure = false;
    for (std::int64_t begin = 0; begin < list.length;) {
        std::int64_t end = begin + 1;
        while (end < list.length) {
            const Step step = step_after(list, end - 1, infinity);
            unsure = unsure || step == Step::doubtful;
            if (step != Step::tied)
                break;
            ++end;
        }
        for (std::int64_t at = begin; at < end; ++at) {
            out.begin[at] = begin;
            out.end[at] = end;
            out.there[at] = list.value[at] < infinity ? 1.0 : 0.0;
        }
        begin = end;
    }
    return unsure;
}

/// 1 before the run at the k-th place, an equal share in it, 0 beyond and where nothing stands.
STRATOSCOPE_ON_BOTH void weigh(const Runs& runs, std::int64_t length, double k, double* weight) {
    for (std::int64_t at = 0; at < length; ++at) {
        const double left = k - static_cast<double>(runs.begin[at]);
        const auto size = static_cast<double>(runs.end[at] - runs.begin[at]);
        const double share = left <= 0.0 ? 0.0 : left >= size ? 1.0 : left / size;
        weight[at] = share * runs.there[at];
    }
}

} // namespace stratoscope::engine::near_lists
