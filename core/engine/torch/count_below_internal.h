// Counting on whatever device the distances are: by the kernel of count_below_kernel.h on a GPU where it was
// built, by ATen's operations elsewhere.
#pragma once

#include "core/engine/torch/candidates_internal.h"

namespace stratoscope::engine::torch_device {

/// values: (layer, row, column) float64, consecutive along a row; bounds: (layer, row, any number), no NaN.
/// Returns for each bound how many values of its row's candidates are below it, int32.
[[nodiscard]] at::Tensor count_below(const at::Tensor& values, const Candidates& among,
                                     const at::Tensor& bounds);

/// The same by ATen alone.
[[nodiscard]] at::Tensor count_below_by_sorting(const at::Tensor& values, const Candidates& among,
                                                const at::Tensor& bounds);

} // namespace stratoscope::engine::torch_device
