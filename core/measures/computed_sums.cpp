#include "core/measures/computed_sums.h"

#include "core/base/error.h"

#include <utility>

namespace stratoscope::measures {

template <class Work>
bool Computing::fits(const Work& work) {
    if (full_ || engine::is_own_engine(device_))
        return false;
    try {
        work();
        return true;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::out_of_memory)
            throw;
    }
    return false;
}

const engine::OnDevice& Computing::sent(const engine::PassPlan& plan, const Task& task) {
    if (!sent_) {
        full_ = true; // unless the rows fit
        sent_.emplace(plan, device_, task);
        full_ = false;
    }
    return *sent_;
}

std::vector<engine::DistanceHistogram> Computing::histograms(engine::PassPlan& plan, const Task& task) {
    std::vector<engine::DistanceHistogram> out;
    if (fits([&] { out = sent(plan, task.part(0.0, 0.2)).distance_histograms(task.part(0.2, 1.0)); }))
        return out;
    engine::AllDistances all = engine::all_distances(plan, task);
    plan.kept = std::move(all.kept);
    return std::move(all.histograms);
}

ComputedSums Computing::sums(const engine::PassPlan& plan, const Task& task,
                             const engine::PassWatcher& watcher, engine::PassSums begun) {
    if (engine::is_own_engine(device_))
        return {engine::run_pass(plan, task, watcher, std::move(begun)), {}};
    const std::string title = engine::device_title(device_);
    const Warning computed_on{"computed_on", "", "neighbours, ranks and kernels were computed on " + title};
    if (begun.images > 0 && begun.done == begun.images)
        return {std::move(begun), {computed_on}}; // nothing needs to be sent
    engine::DeviceSums found{std::move(begun)};
    if (fits([&] {
            const double sending = sent_ ? 0.0 : 0.05;
            const engine::OnDevice& rows = sent(plan, task.part(0.0, sending));
            rows.run_pass(plan, task.part(sending, 1.0), watcher, found);
        })) {
        ComputedSums out{std::move(found.sums), {computed_on}};
        if (found.rows_that_fit > 0)
            out.warnings.push_back({"device_memory", "",
                                    "the memory of " + title +
                                        " was nearly full, so it computed in blocks of " +
                                        std::to_string(found.rows_that_fit) + " images, which takes longer"});
        return out;
    }
    sent_.reset();
    const std::string what = found.sums.done > 0 ? "the rest" : "instead";
    return {engine::run_pass(plan, task, watcher, std::move(found.sums)),
            {{"device_memory", "",
              "the memory of " + title +
                  " is too small for these layers, even in small blocks; the processors computed " + what}}};
}

} // namespace stratoscope::measures
