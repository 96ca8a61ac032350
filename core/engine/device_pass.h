// The pass on another device than the processors: the same sums by way of LibTorch, which is loaded only when
// a device is asked for.
//
// A device is named "cpu" (this engine itself; no LibTorch), "cuda" or "cuda:N" (a GPU), or "torch:cpu"
// (LibTorch on the processors: slower than the engine, for trying a build that has no GPU at hand).
#pragma once

#include "core/engine/distance_histogram.h"
#include "core/engine/pass.h"

#include <memory>
#include <string>
#include <vector>

namespace stratoscope::engine {

/// Whether the name means the engine's own pass.
[[nodiscard]] bool is_own_engine(const std::string& device);

/// What there is, for a person to choose from: "cpu", "cuda:0", …, "torch:cpu". Loads LibTorch.
[[nodiscard]] std::vector<std::string> devices();

/// Throws Error(no_device), which says what there is, when this isn't.
void check_device(const std::string& device);

/// What a result should say of where it came from, such as "cuda:0, NVIDIA H100"; "cpu" is told as it is,
/// without LibTorch.
[[nodiscard]] std::string device_title(const std::string& device);

struct DeviceSums {
    PassSums sums;
    /// Images at a time where blocks had to shrink to fit the device's memory, else 0.
    std::size_t rows_that_fit = 0;
};

/// Layers on a device, not the engine's own. All functions throw Cancelled, and Error(out_of_memory) when the
/// device's memory is too small; after that the object can be asked as before.
class OnDevice {
  public:
    /// Sends the rows of the plan's layers. Throws Error(no_device) too.
    OnDevice(const PassPlan& plan, const std::string& device, const Task& task);

    /// The histograms of all_distances(), from float64 products.
    [[nodiscard]] std::vector<DistanceHistogram> distance_histograms(const Task& task) const;
    /// run_pass() for the same plan, whose kernels and ks may be others by now. The same ranks, and sums that
    /// agree to about 10⁻⁷ of themselves. Products are taken in float64, so that only real ties are left to
    /// settle; those rows come back and are done by the engine's own code. A block that does not fit the
    /// device's memory is tried again in smaller ones. Goes on from `sums.sums`, with the same bits as an
    /// unbroken run on this device where no memory was full; empty ones for the beginning. What is there
    /// after Error(out_of_memory) engine::run_pass() can go on from too.
    void run_pass(const PassPlan& plan, const Task& task, const PassWatcher& watcher, DeviceSums& sums) const;

  private:
    std::shared_ptr<const void> rows_;
};

} // namespace stratoscope::engine
