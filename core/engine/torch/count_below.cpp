#include "core/engine/torch/count_below_internal.h"
#include "core/engine/torch/count_below_kernel.h"
#include "core/engine/torch/own_kernels_internal.h"

#include <ATen/record_function.h>

#include <limits>

namespace stratoscope::engine::torch_device {

// A distance lies below the j-th of the sorted bounds exactly when it reaches at most j of them: only the few
// bounds are sorted, and each distance is looked up among them.
at::Tensor count_below_by_sorting(const at::Tensor& values, const Candidates& among,
                                  const at::Tensor& bounds) {
    const at::Tensor column = at::arange(values.size(2), among.first.options()).unsqueeze(0);
    const at::Tensor first = among.first.unsqueeze(1);
    const at::Tensor inside = (column >= first).logical_and(column < first + among.count.unsqueeze(1));
    const auto rows = bounds.size(1);
    const auto count = bounds.size(2);
    const at::Tensor one = at::ones({1, 1}, among.first.options()).expand({rows, values.size(2)});
    std::vector<at::Tensor> counts;
    for (std::int64_t layer = 0; layer < bounds.size(0); ++layer) {
        const at::Tensor counting =
            values[layer].masked_fill(inside.logical_not(), std::numeric_limits<double>::infinity());
        const auto [sorted, owner] = bounds[layer].sort(1);
        const at::Tensor reached = at::searchsorted(sorted.contiguous(), counting, false, /*right=*/true);
        const at::Tensor below = at::zeros({rows, count + 1}, reached.options())
                                     .scatter_add_(1, reached, one)
                                     .cumsum(1)
                                     .narrow(1, 0, count);
        counts.push_back(at::empty_like(owner).scatter_(1, owner, below).to(at::kInt));
    }
    return at::stack(counts);
}

at::Tensor count_below(const at::Tensor& values, const Candidates& among, const at::Tensor& bounds) {
    RECORD_USER_SCOPE("counting");
    if (!has_own_kernels(values.device()))
        return count_below_by_sorting(values, among, bounds);
    at::Tensor counts = at::empty(bounds.sizes(), bounds.options().dtype(at::kInt));
#ifdef STRATOSCOPE_CUDA_KERNELS
    const at::Tensor asked = bounds.contiguous();
    const count_below::Question question{.values = values.data_ptr<double>(),
                                         .layer_stride = values.stride(0),
                                         .row_stride = values.stride(1),
                                         .layers = asked.size(0),
                                         .rows = asked.size(1),
                                         .first = among.first.data_ptr<std::int64_t>(),
                                         .size = among.count.data_ptr<std::int64_t>(),
                                         .bounds = asked.data_ptr<double>(),
                                         .bounds_count = asked.size(2),
                                         .counts = counts.data_ptr<std::int32_t>()};
    start_kernel(values.device(), "count ranks",
                 [&](void* stream) { return count_below::launch(question, stream); });
#endif
    return counts;
}

} // namespace stratoscope::engine::torch_device
