#include "core/engine/torch/gpu_name.h"

#include <cuda_runtime.h>

namespace stratoscope::engine::gpu {

std::string name_of(int device) {
    cudaDeviceProp properties;
    return cudaGetDeviceProperties(&properties, device) == cudaSuccess ? std::string(properties.name)
                                                                       : std::string();
}

} // namespace stratoscope::engine::gpu
