#include "core/engine/device_pass.h"

#include "core/base/plugin.h"
#include "core/engine/device_plugin.h"

#include <algorithm>

namespace stratoscope::engine {
namespace {

constexpr const char* plugin_name = "torch_device";

// What the machine has, from the plugin; nothing without it.
std::vector<DeviceInfo> found_devices() {
    std::vector<DeviceInfo> found;
    if (Plugin::available(plugin_name))
        Plugin(plugin_name).function<DevicesFunction>(devices_symbol)(&found);
    return found;
}

// "cuda" is the first GPU.
std::string full_name(const std::string& device) {
    return device == "cuda" ? "cuda:0" : device;
}

} // namespace

bool is_own_engine(const std::string& device) {
    return device == "cpu";
}

std::vector<std::string> devices() {
    std::vector<std::string> names{"cpu"};
    for (const DeviceInfo& device : found_devices())
        names.push_back(device.name);
    return names;
}

void check_device(const std::string& device) {
    if (is_own_engine(device))
        return;
    const std::vector<std::string> names = devices();
    if (std::ranges::find(names, full_name(device)) != names.end())
        return;
    std::string list;
    for (const std::string& name : names)
        list += (list.empty() ? "" : ", ") + name;
    throw Error(ErrorKind::no_device,
                {.what = "there is no device \"" + device + "\" here",
                 .expected = "one of " + list,
                 .advice = Plugin::available(plugin_name)
                               ? "A GPU needs its driver, and a LibTorch built for it; the README says how"
                               : "This build has no part for GPUs: it needs LibTorch, as the README says"});
}

std::string device_title(const std::string& device) {
    if (is_own_engine(device))
        return device; // needs no LibTorch
    for (const DeviceInfo& found : found_devices())
        if (found.name == full_name(device))
            return found.name + ", " + found.title;
    return device;
}

OnDevice::OnDevice(const PassPlan& plan, const std::string& device, const Task& task) {
    check_device(device);
    Plugin(plugin_name).function<SendFunction>(send_symbol)(&plan, full_name(device).c_str(), &task, &rows_);
}

std::vector<DistanceHistogram> OnDevice::distance_histograms(const Task& task) const {
    std::vector<DistanceHistogram> histograms;
    Plugin(plugin_name)
        .function<DistanceHistogramsFunction>(distance_histograms_symbol)(rows_.get(), &task, &histograms);
    return histograms;
}

void OnDevice::run_pass(const PassPlan& plan, const Task& task, const PassWatcher& watcher,
                        DeviceSums& sums) const {
    Plugin(plugin_name)
        .function<RunPassFunction>(run_pass_symbol)(&plan, rows_.get(), &task, &watcher, &sums);
}

} // namespace stratoscope::engine
