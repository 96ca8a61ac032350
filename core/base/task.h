// What long work is given besides its input: threads to run on, a way to be stopped, somewhere to report to.
#pragma once

#include "core/base/cancellation.h"

#include <functional>
#include <string_view>

namespace stratoscope {

class ThreadPool;

/// fraction: 0…1 of the *time* of the whole task, as well as the task can tell; stage: what is being done,
/// for a person.
using ProgressFunction = std::function<void(double fraction, std::string_view stage)>;

struct Task {
    ThreadPool& pool;
    Cancellation cancellation = {};
    ProgressFunction progress = {};

    void check() const { cancellation.check(); }
    void report(double fraction, std::string_view stage) const {
        if (progress)
            progress(fraction, stage);
    }
    /// A task for a part of this one, whose 0…1 becomes from…to here.
    [[nodiscard]] Task part(double from, double to) const {
        Task sub{pool, cancellation, {}};
        if (progress)
            sub.progress = [outer = progress, from, to](double fraction, std::string_view stage) {
                outer(from + (to - from) * fraction, stage);
            };
        return sub;
    }
};

} // namespace stratoscope
