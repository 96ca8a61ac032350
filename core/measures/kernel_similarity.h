// Measures that are ratios of sums over two kernels: CKA (linear and Gaussian), distance correlation, and the
// correlation of distances (RSA). One formula; they differ in the kernel and in how it is centred.
#pragma once

#include "core/engine/pass.h"
#include "core/measures/finished.h"

#include <optional>
#include <string_view>

namespace stratoscope::measures {

enum class Centring {
    rows_and_columns, ///< HSIC₀, with the diagonal: biased
    unbiased,         ///< HSIC₁ of Song et al. 2012, without it
    grand_mean,       ///< of the N(N−1)/2 pairs alone: an ordinary correlation
};

struct KernelMeasure {
    engine::Kernel kernel;
    Centring centring;
    bool root = false; ///< of the ratio: Székely and Rizzo's distance correlation
};

/// Nothing for a measure that is none of them.
[[nodiscard]] std::optional<KernelMeasure> kernel_measure(std::string_view name);

/// A value is a ratio U/√(VW) of sums over pairs of images. Its standard error is 2·s(e)/√n of e_i =
/// value·(u_i/Ū − v_i/2V̄ − w_i/2W̄), the images' rows in it; the 2 because an image stands in as many pairs as
/// their second (the projection of a U-statistic), without which errors come out half as large as the spread
/// over independent draws. constant: by layer; value, error and null of such a layer are NaN, of its cell
/// with itself too. From a pass in the making, sums run over the images done.
[[nodiscard]] Finished finish_kernel_measure(const engine::PassSums& sums, const engine::KernelSums& kernel,
                                             const KernelMeasure& measure, const std::vector<bool>& constant);

} // namespace stratoscope::measures
