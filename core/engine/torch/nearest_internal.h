// The nearest candidates of a block's rows in several layers: by the kernel of nearest_kernel.h on a GPU
// where it was built, by ATen's operations elsewhere.
#pragma once

#include "core/engine/torch/candidates_internal.h"

namespace stratoscope::engine::torch_device {

struct Nearest {
    at::Tensor
        value; ///< (listed layer, row, position) float64: squared distances, rising; infinite beyond the last
    at::Tensor place; ///< the same shape, int64: columns; 0 beyond the last
    at::Tensor lost;  ///< (row) bool: too many were equally near, nothing is known
};

/// Products of the block become squared distances, in place: infinity at the row itself, 0 at twins. Nothing
/// is listed for no layers.
[[nodiscard]] Nearest distances_and_nearest(const DeviceRows& rows, Block& block, const Candidates& all,
                                            const std::vector<std::int64_t>& layers, std::int64_t places);

/// Of squared distances already.
[[nodiscard]] Nearest nearest(const DeviceRows& rows, const Block& block, const Candidates& among,
                              const std::vector<std::int64_t>& layers, std::int64_t places);

/// The same two by ATen alone.
void to_distances_by_aten(const DeviceRows& rows, Block& block);
[[nodiscard]] Nearest nearest_by_aten(const Block& block, const Candidates& among,
                                      const std::vector<std::int64_t>& layers, std::int64_t places);

} // namespace stratoscope::engine::torch_device
