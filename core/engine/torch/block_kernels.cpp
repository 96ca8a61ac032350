#include "core/engine/torch/block_kernels_internal.h"

#include <cmath>

namespace stratoscope::engine::torch_device {
namespace {

// d − ‖x‖ − ‖y‖ as −2(x·y + ‖x‖‖y‖)/(d + ‖x‖ + ‖y‖), where nothing cancels.
at::Tensor centred_distances(const at::Tensor& products, const at::Tensor& lengths,
                             const at::Tensor& queries) {
    const at::Tensor a = lengths.index_select(0, queries).unsqueeze(1);
    const at::Tensor b = lengths.unsqueeze(0);
    const at::Tensor root_a = a.sqrt();
    const at::Tensor root_b = b.sqrt();
    const at::Tensor d = (a + b - 2.0 * products).clamp_min(0.0).sqrt();
    const at::Tensor sum = d + root_a + root_b;
    return -2.0 * (products + root_a * root_b) / at::where(sum > 0.0, sum, at::ones({1}, sum.options()));
}

// The cell of RankTable::cell() for all distances at once.
at::Tensor ranks_of(const RankTable& table, const at::Tensor& d2) {
    const at::Tensor bits = d2.to(at::kFloat).view(at::kInt).to(at::kLong);
    const auto lowest = static_cast<std::int64_t>(table.lowest_bits);
    const at::Tensor above = at::floor_divide(bits - lowest, std::int64_t{1} << table.shift) + 1;
    const auto last = static_cast<std::int64_t>(table.rank.size()) - 1;
    const at::Tensor cell = at::where(bits <= lowest, at::zeros({1}, bits.options()), above.clamp_max(last));
    const at::Tensor ranks =
        at::from_blob(const_cast<float*>(table.rank.data()), // only read: clone() follows
                      {static_cast<std::int64_t>(table.rank.size())}, at::kFloat)
            .clone()
            .to(d2.device());
    return ranks.index({cell}).to(at::kDouble);
}

at::Tensor kernel_values(const KernelPlan& kernel, std::size_t l, const DeviceRows& rows,
                         const at::Tensor& values, const at::Tensor& queries) {
    const double unit = kernel.kernel == Kernel::distance_rank ? 1.0 : static_cast<double>(kernel.unit[l]);
    switch (kernel.kernel) {
    case Kernel::linear:
        return values / unit;
    case Kernel::centred_distance:
        return centred_distances(values, rows.squared_lengths[static_cast<std::int64_t>(l)], queries) /
                   std::sqrt(unit) -
               static_cast<double>(ordinary_centred_distance);
    case Kernel::distance:
        return values.sqrt() / std::sqrt(unit) - 1.0;
    case Kernel::gaussian:
        return (values / -unit).exp() - static_cast<double>(ordinary_gaussian);
    case Kernel::distance_rank:
        break;
    }
    return ranks_of(*kernel.ranks[l], values) - 0.5;
}

} // namespace

BlockKernelSums block_kernel_sums(const KernelPlan& kernel, const DeviceRows& rows, const at::Tensor& values,
                                  const at::Tensor& queries) {
    const auto layers = static_cast<std::int64_t>(rows.layers());
    const auto count = queries.size(0);
    const at::Tensor itself = queries.unsqueeze(1);
    at::Tensor all = at::empty_like(values);
    for (std::int64_t l = 0; l < layers; ++l)
        all[l]
            .copy_(kernel_values(kernel, static_cast<std::size_t>(l), rows, values[l], queries))
            .scatter_(1, itself, 0.0);
    const at::Tensor by_row = all.permute({1, 0, 2});
    const at::Tensor products = at::bmm(by_row, by_row.transpose(1, 2)).view({count, layers * layers});
    std::vector<std::int64_t> upper; // the pairs a ≤ b in the order of KernelSums::pair()
    for (std::int64_t a = 0; a < layers; ++a)
        for (std::int64_t b = a; b < layers; ++b)
            upper.push_back(a * layers + b);
    const at::Tensor pairs = at::tensor(upper, at::kLong).to(rows.device);
    return {all.sum(2).t().contiguous().cpu(), products.index_select(1, pairs).contiguous().cpu()};
}

} // namespace stratoscope::engine::torch_device
