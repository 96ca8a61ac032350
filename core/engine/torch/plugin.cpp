// What libstratoscope_torch_device.so offers: core/engine/device_plugin.h.
#include "core/base/thread_pool.h"
#include "core/engine/device_plugin.h"
#include "core/engine/torch/device_histograms_internal.h"
#include "core/engine/torch/device_memory_internal.h"
#include "core/engine/torch/gpu_name.h"
#include "core/engine/torch/torch_pass_internal.h"

#include <ATen/Parallel.h>
#include <torch/cuda.h>
#include <torch/version.h>

namespace {

using namespace stratoscope;
using namespace stratoscope::engine::torch_device;

constexpr const char* processors = "torch:cpu";

std::string title_of_gpu([[maybe_unused]] int index) {
#ifdef STRATOSCOPE_CUDA_KERNELS
    if (const std::string name = engine::gpu::name_of(index); !name.empty())
        return name;
#endif
    return "a GPU";
}

at::Device device_named(const char* name, const Task& task) {
    if (std::string(name) != processors)
        return {name};
    at::set_num_threads(static_cast<int>(task.pool.size()));
    return {at::kCPU};
}

} // namespace

extern "C" {

void stratoscope_torch_devices(std::vector<engine::DeviceInfo>* out) {
    const std::string library = std::string("LibTorch ") + TORCH_VERSION;
    const auto gpus = static_cast<int>(torch::cuda::device_count()); // of another type in each LibTorch
    for (int gpu = 0; gpu < gpus; ++gpu)
        out->push_back({"cuda:" + std::to_string(gpu), title_of_gpu(gpu) + ", " + library});
    out->push_back({processors, library + " on the processors"});
}

void stratoscope_torch_send(const engine::PassPlan* plan, const char* device, const Task* task,
                            std::shared_ptr<const void>* out) {
    const at::Device on = device_named(device, *task);
    telling_the_engine(
        on, [&] { *out = std::make_shared<const DeviceRows>(plan->layers, column_order(*plan), on, *task); });
}

void stratoscope_torch_distance_histograms(const void* rows, const Task* task,
                                           std::vector<engine::DistanceHistogram>* out) {
    *out = device_histograms(*static_cast<const DeviceRows*>(rows), *task);
}

void stratoscope_torch_run_pass(const engine::PassPlan* plan, const void* rows, const Task* task,
                                const engine::PassWatcher* watcher, engine::DeviceSums* sums) {
    torch_pass(*plan, *static_cast<const DeviceRows*>(rows), *task, *watcher, *sums);
}
}
