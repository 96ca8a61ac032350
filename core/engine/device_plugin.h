// The functions that libstratoscope_torch_device.so offers. It is built with the program and by the same
// compiler, so C++ types and exceptions may pass.
#pragma once

#include "core/engine/distance_histogram.h"
#include "core/engine/pass.h"

#include <string>
#include <vector>

namespace stratoscope::engine {

struct DeviceInfo {
    std::string name;  ///< "cuda:0", "torch:cpu"
    std::string title; ///< "NVIDIA H100, LibTorch 2.15", for people
};

using DevicesFunction = void(std::vector<DeviceInfo>* out);
using RunPassFunction = void(const PassPlan* plan, const char* device, const Task* task,
                             const PassWatcher* watcher, PassSums* out);

using DistanceHistogramsFunction = void(const PreparedLayers* layers, const char* device, const Task* task,
                                        std::vector<DistanceHistogram>* out);

inline constexpr const char* devices_symbol = "stratoscope_torch_devices";
inline constexpr const char* run_pass_symbol = "stratoscope_torch_run_pass";
inline constexpr const char* distance_histograms_symbol = "stratoscope_torch_distance_histograms";

} // namespace stratoscope::engine
