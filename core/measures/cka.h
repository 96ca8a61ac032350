// Linear CKA, unbiased (HSIC₁ of Song et al. 2012) and biased (HSIC₀), from the row sums of the kernels.
#pragma once

#include "core/engine/pass.h"
#include "core/measures/finished.h"

namespace stratoscope::measures {

enum class CkaForm { unbiased, biased };

/// A value is a ratio U/√(VW) of sums over images. Its standard error is s(e)/√n of e_i = value·(u_i/Ū −
/// v_i/2V̄ − w_i/2W̄), the images' linear parts in it. Where a kernel is constant the value is NaN. From a pass
/// in the making, sums run over the images done.
[[nodiscard]] Finished finish_cka(const engine::PassSums& sums, CkaForm form);

} // namespace stratoscope::measures
