// The functions that libstratoscope_torch_device.so offers. It is built with the program and by the same
// compiler, so C++ types and exceptions may pass.
#pragma once

#include "core/engine/device_pass.h"

#include <memory>
#include <string>
#include <vector>

namespace stratoscope::engine {

struct DeviceInfo {
    std::string name;  ///< "cuda:0", "torch:cpu"
    std::string title; ///< "NVIDIA H100, LibTorch 2.15", for people
};

using DevicesFunction = void(std::vector<DeviceInfo>* out);
/// out: the rows on the device; what they are only the plugin knows.
using SendFunction = void(const PassPlan* plan, const char* device, const Task* task,
                          std::shared_ptr<const void>* out);
using DistanceHistogramsFunction = void(const void* rows, const Task* task,
                                        std::vector<DistanceHistogram>* out);
using RunPassFunction = void(const PassPlan* plan, const void* rows, const Task* task,
                             const PassWatcher* watcher, DeviceSums* sums);

inline constexpr const char* devices_symbol = "stratoscope_torch_devices";
inline constexpr const char* send_symbol = "stratoscope_torch_send";
inline constexpr const char* distance_histograms_symbol = "stratoscope_torch_distance_histograms";
inline constexpr const char* run_pass_symbol = "stratoscope_torch_run_pass";

} // namespace stratoscope::engine
