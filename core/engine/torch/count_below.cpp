#include "core/engine/torch/count_below_internal.h"

#ifdef STRATOSCOPE_CUDA_KERNELS
#include "core/base/error.h"
#include "core/engine/torch/count_below_kernel.h"

#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#endif

#include <ATen/record_function.h>

namespace stratoscope::engine::torch_device {

// A distance lies below the j-th of the sorted bounds exactly when it reaches at most j of them: only the few
// bounds are sorted, and each distance is looked up among them.
at::Tensor count_below_by_sorting(const at::Tensor& values, const at::Tensor& bounds) {
    const auto [sorted, owner] = bounds.sort(1);
    const at::Tensor reached =
        at::searchsorted(sorted.contiguous(), values.contiguous(), /*out_int32=*/false, /*right=*/true);
    const auto rows = values.size(0);
    const auto count = bounds.size(1);
    const at::Tensor one = at::ones({1, 1}, reached.options()).expand({rows, values.size(1)});
    const at::Tensor below = at::zeros({rows, count + 1}, reached.options())
                                 .scatter_add_(1, reached, one)
                                 .cumsum(1)
                                 .narrow(1, 0, count);
    return at::empty_like(owner).scatter_(1, owner, below);
}

at::Tensor count_below(const at::Tensor& values, const at::Tensor& bounds) {
    RECORD_USER_SCOPE("counting");
#ifdef STRATOSCOPE_CUDA_KERNELS
    if (values.is_cuda() && values.stride(1) == 1) {
        const c10::cuda::CUDAGuard on(values.device());
        const at::Tensor asked = bounds.contiguous();
        at::Tensor counts = at::empty(asked.sizes(), asked.options().dtype(at::kInt));
        const count_below::Question question{
            values.data_ptr<double>(), values.size(0), values.size(1),        values.stride(0),
            asked.data_ptr<double>(),  asked.size(1),  counts.data_ptr<int>()};
        const std::string trouble =
            count_below::launch(question, c10::cuda::getCurrentCUDAStream(values.device().index()).stream());
        if (!trouble.empty())
            throw Error(ErrorKind::internal, {.what = "the GPU refuses to count ranks", .found = trouble});
        return counts.to(at::kLong);
    }
#endif
    return count_below_by_sorting(values, bounds);
}

} // namespace stratoscope::engine::torch_device
