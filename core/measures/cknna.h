// CKNNA: CKA of kernels that are cut to the neighbours two layers share (Huh et al. 2024).
#pragma once

#include "core/engine/pass.h"
#include "core/measures/finished.h"

namespace stratoscope {
class ThreadPool;
}

namespace stratoscope::measures {

/// From complete lists alone: NaN while the pass is in the making. Pairs of layers are shared among the
/// threads. The standard error is 2·s(e)/√n of e_i = value·(u_i/Ū − v_i/2V̄ − w_i/2W̄), the images' parts in
/// the three sums.
[[nodiscard]] Finished finish_cknna(const engine::PassSums& sums, std::size_t k, ThreadPool& pool);

} // namespace stratoscope::measures
