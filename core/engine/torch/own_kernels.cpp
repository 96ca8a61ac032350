#include "core/base/error.h"
#include "core/engine/torch/own_kernels_internal.h"

#ifdef STRATOSCOPE_CUDA_KERNELS
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#endif

namespace stratoscope::engine::torch_device {

bool has_own_kernels([[maybe_unused]] const at::Device& device) {
#ifdef STRATOSCOPE_CUDA_KERNELS
    return device.is_cuda();
#else
    return false;
#endif
}

void start_kernel([[maybe_unused]] const at::Device& device, const std::string& what,
                  [[maybe_unused]] const std::function<std::string(void* stream)>& launch) {
    std::string trouble = "no kernels of its own were built";
#ifdef STRATOSCOPE_CUDA_KERNELS
    const c10::cuda::CUDAGuard on(device);
    trouble = launch(c10::cuda::getCurrentCUDAStream(device.index()).stream());
#endif
    if (!trouble.empty())
        throw Error(ErrorKind::internal, {.what = "the GPU refuses to " + what,
                                          .where = device.str(),
                                          .found = trouble,
                                          .advice = "Compute with --device cpu; and tell us, please"});
}

} // namespace stratoscope::engine::torch_device
