// Passes where they were asked to run, and what results must say of that.
#pragma once

#include "core/data/warning.h"
#include "core/engine/all_distances.h"
#include "core/engine/device_pass.h"

#include <optional>
#include <string>
#include <vector>

namespace stratoscope::measures {

struct ComputedSums {
    engine::PassSums sums;
    /// computed_on: which device; device_memory: it was full, and what followed.
    std::vector<Warning> warnings;
};

/// One plan on one device of core/engine/device_pass.h; on the processors where the device's memory is too
/// small.
class Computing {
  public:
    explicit Computing(std::string device) : device_(std::move(device)) {}

    /// The distances of all pairs in the plan's layers, counted. The plan keeps what of them its pass can
    /// use. Throws Error(no_device), Cancelled.
    [[nodiscard]] std::vector<engine::DistanceHistogram> histograms(engine::PassPlan& plan, const Task& task);
    /// begun: of a former run on the same device, see run_pass(). What a full device leaves half-way the
    /// processors finish. Throws Error(no_device), Cancelled.
    [[nodiscard]] ComputedSums sums(const engine::PassPlan& plan, const Task& task,
                                    const engine::PassWatcher& watcher, engine::PassSums begun);

  private:
    // Calls work(), or returns false when the device's memory is full.
    template <class Work>
    [[nodiscard]] bool fits(const Work& work);
    [[nodiscard]] const engine::OnDevice& sent(const engine::PassPlan& plan, const Task& task);

    std::string device_;
    std::optional<engine::OnDevice> sent_;
    bool full_ = false;
};

} // namespace stratoscope::measures
