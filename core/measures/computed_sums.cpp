#include "core/measures/computed_sums.h"

#include "core/base/error.h"
#include "core/engine/device_pass.h"

namespace stratoscope::measures {

ComputedSums computed_sums(const engine::PassPlan& plan, const std::string& device, const Task& task,
                           const engine::PassWatcher& watcher, engine::PassSums begun) {
    if (engine::is_own_engine(device))
        return {engine::run_pass(plan, task, watcher, std::move(begun)), {}};
    const std::string title = engine::device_title(device);
    try {
        return {engine::run_pass_on_device(plan, device, task, watcher),
                {{"computed_on", "", "neighbours, ranks and kernels were computed on " + title}}};
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::out_of_memory)
            throw;
        return {
            engine::run_pass(plan, task, watcher),
            {{"device_memory", "",
              "the memory of " + title +
                  " is too small for these layers, even in small blocks; the processors computed instead"}}};
    }
}

std::vector<engine::DistanceHistogram> computed_histograms(const engine::PassPlan& plan,
                                                           const std::string& device, const Task& task) {
    if (!engine::is_own_engine(device))
        try {
            return engine::distance_histograms_on_device(plan.layers, device, task);
        } catch (const Error& error) { // the pass will meet the same, and say so
            if (error.kind() != ErrorKind::out_of_memory)
                throw;
        }
    return engine::distance_histograms(plan.layers, plan.pack_as_needed, task);
}

} // namespace stratoscope::measures
