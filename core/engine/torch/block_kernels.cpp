#include "core/engine/torch/block_kernels_internal.h"
#include "core/engine/torch/kernel_rows_kernel.h"
#include "core/engine/torch/own_kernels_internal.h"

#include <ATen/record_function.h>

#include <cmath>
#include <cstring>

namespace stratoscope::engine::torch_device {
namespace {

// As kernel_rows::value_of() multiplies with it.
double factor_of(const KernelPlan& kernel, std::size_t layer) {
    const double unit =
        kernel.kernel == Kernel::distance_rank ? 1.0 : static_cast<double>(kernel.unit[layer]);
    const bool of_roots = kernel.kernel == Kernel::distance || kernel.kernel == Kernel::centred_distance;
    return of_roots ? 1.0 / std::sqrt(unit) : 1.0 / unit;
}

#ifdef STRATOSCOPE_CUDA_KERNELS
kernel_rows::Kind kind_of(Kernel kernel) {
    switch (kernel) {
    case Kernel::linear:
        return kernel_rows::Kind::linear;
    case Kernel::centred_distance:
        return kernel_rows::Kind::centred_distance;
    case Kernel::distance:
        return kernel_rows::Kind::distance;
    case Kernel::gaussian:
        return kernel_rows::Kind::gaussian;
    case Kernel::distance_rank:
        break;
    }
    return kernel_rows::Kind::distance_rank;
}
#endif

// The pairs a ≤ b of L × L, in the order of KernelSums::pair().
at::Tensor upper_pairs(std::int64_t layers, const DeviceRows& rows) {
    std::vector<std::int64_t> upper;
    for (std::int64_t a = 0; a < layers; ++a)
        for (std::int64_t b = a; b < layers; ++b)
            upper.push_back(a * layers + b);
    return rows.numbers(upper);
}

} // namespace

BlockKernels::BlockKernels(const std::vector<KernelPlan>& kernels, const DeviceRows& rows)
    : kernels_(kernels), rows_(rows) {
    std::vector<float> factors;
    for (const KernelPlan& kernel : kernels)
        for (std::size_t layer = 0; layer < rows.layers(); ++layer)
            factors.push_back(static_cast<float>(factor_of(kernel, layer)));
    factor_ = at::tensor(factors, at::kFloat)
                  .view({static_cast<std::int64_t>(kernels.size()), static_cast<std::int64_t>(rows.layers())})
                  .to(rows.device);
    for (const KernelPlan& kernel : kernels) {
        if (kernel.kernel != Kernel::distance_rank)
            continue;
        std::vector<kernel_rows::Ranks> described;
        for (const auto& table : kernel.ranks) {
            const auto cells = static_cast<std::int64_t>(table->rank.size());
            ranks_.push_back(at::from_blob(const_cast<float*>(table->rank.data()), // is only read
                                           {cells}, at::kFloat)
                                 .to(rows.device));
            tables_.push_back({table->lowest_bits, table->shift, {}});
            described.push_back({ranks_.back().data_ptr<float>(), table->lowest_bits, table->shift,
                                 static_cast<std::uint32_t>(cells - 1)});
        }
        const auto bytes = static_cast<std::int64_t>(described.size() * sizeof(kernel_rows::Ranks));
        at::Tensor host = at::empty({bytes}, at::kByte);
        std::memcpy(host.data_ptr(), described.data(), static_cast<std::size_t>(bytes));
        ranks_on_device_ = host.to(rows.device);
    }
}

at::Tensor BlockKernels::ranks_of(std::size_t layer, const at::Tensor& d2) const {
    const at::Tensor bits = d2.to(at::kFloat).view(at::kInt).to(at::kLong);
    const auto lowest = static_cast<std::int64_t>(tables_[layer].lowest_bits);
    const at::Tensor above = at::floor_divide(bits - lowest, std::int64_t{1} << tables_[layer].shift) + 1;
    const at::Tensor cell =
        at::where(bits <= lowest, at::zeros({1}, bits.options()), above.clamp_max(ranks_[layer].size(0) - 1));
    return ranks_[layer].index({cell}).to(at::kDouble);
}

// (row, column); the row itself is not left out yet.
at::Tensor BlockKernels::values(std::size_t kernel, std::size_t layer, const Block& block) const {
    const auto l = static_cast<std::int64_t>(layer);
    const double factor = factor_of(kernels_[kernel], layer);
    const at::Tensor products = block.values[l];
    if (kernels_[kernel].kernel == Kernel::linear)
        return products * factor;
    const at::Tensor a = block.squared_lengths[l].unsqueeze(1);
    const at::Tensor b = rows_.squared_lengths[l].unsqueeze(0);
    at::Tensor d2 = (a + b - 2.0 * products).clamp_min(0.0);
    if (rows_.has_twins[layer]) {
        const at::Tensor own = block.twin_group[l].unsqueeze(1);
        d2.masked_fill_((rows_.twin_group[l].unsqueeze(0) == own).logical_and(own > 0), 0.0);
    }
    switch (kernels_[kernel].kernel) {
    case Kernel::centred_distance: { // d − ‖x‖ − ‖y‖ as −2(x·y + ‖x‖‖y‖)/(d + ‖x‖ + ‖y‖), where nothing
                                     // cancels
        const at::Tensor sum = d2.sqrt() + a.sqrt() + b.sqrt();
        const at::Tensor above = -2.0 * (products + a.sqrt() * b.sqrt());
        return above / sum.masked_fill(sum == 0.0, 1.0) * factor -
               static_cast<double>(ordinary_centred_distance);
    }
    case Kernel::distance:
        return d2.sqrt() * factor - 1.0;
    case Kernel::gaussian:
        return (d2 * -factor).exp() - static_cast<double>(ordinary_gaussian);
    case Kernel::distance_rank:
    case Kernel::linear:
        break;
    }
    return ranks_of(layer, d2) - 0.5;
}

BlockKernelSums BlockKernels::sums_by_aten(const Block& block) const {
    const auto layers = static_cast<std::int64_t>(rows_.layers());
    const at::Tensor itself = block.query.unsqueeze(1);
    const at::Tensor pairs = upper_pairs(layers, rows_);
    std::vector<at::Tensor> sums;
    std::vector<at::Tensor> products;
    for (std::size_t kernel = 0; kernel < kernels_.size(); ++kernel) {
        at::Tensor all = at::empty_like(block.values);
        for (std::int64_t l = 0; l < layers; ++l)
            all[l].copy_(values(kernel, static_cast<std::size_t>(l), block)).scatter_(1, itself, 0.0);
        const at::Tensor by_row = all.permute({1, 0, 2});
        sums.push_back(by_row.sum(2));
        products.push_back(at::bmm(by_row, by_row.transpose(1, 2))
                               .view({block.rows(), layers * layers})
                               .index_select(1, pairs));
    }
    return {at::stack(sums), at::stack(products)};
}

#ifdef STRATOSCOPE_CUDA_KERNELS
BlockKernelSums BlockKernels::sums_by_kernel(const Block& block) const {
    const auto kernels = static_cast<std::int64_t>(kernels_.size());
    const auto layers = static_cast<std::int64_t>(rows_.layers());
    const auto options = block.values.options();
    BlockKernelSums out{at::empty({kernels, block.rows(), layers}, options),
                        at::empty({kernels, block.rows(), layers * (layers + 1) / 2}, options)};
    kernel_rows::Question question{
        .products = block.values.data_ptr<double>(),
        .layers = layers,
        .rows = block.rows(),
        .columns = rows_.images(),
        .squared_length = rows_.squared_lengths.data_ptr<double>(),
        .length = rows_.lengths.data_ptr<float>(),
        .itself = block.query.data_ptr<std::int64_t>(),
        .twin_group = rows_.twin_group.defined() ? rows_.twin_group.data_ptr<std::int32_t>() : nullptr,
        .kernels = static_cast<std::int32_t>(kernels),
        .kind = {},
        .factor = factor_.data_ptr<float>(),
        .ranks = ranks_on_device_.defined()
                     ? static_cast<const kernel_rows::Ranks*>(ranks_on_device_.data_ptr())
                     : nullptr,
        .ordinary = {ordinary_centred_distance, ordinary_gaussian},
        .row_product = out.row_product.data_ptr<double>(),
        .row_sum = out.row_sum.data_ptr<double>()};
    for (std::size_t kernel = 0; kernel < kernels_.size(); ++kernel)
        question.kind[kernel] = kind_of(kernels_[kernel].kernel);
    start_kernel(rows_.device, "sum kernels",
                 [&](void* stream) { return kernel_rows::launch(question, stream); });
    return out;
}
#endif

BlockKernelSums BlockKernels::sums(const Block& block) const {
    RECORD_USER_SCOPE("kernels");
#ifdef STRATOSCOPE_CUDA_KERNELS
    if (has_own_kernels(rows_.device) &&
        kernel_rows::fits(static_cast<unsigned>(rows_.layers()), static_cast<unsigned>(kernels_.size())))
        return sums_by_kernel(block);
#endif
    return sums_by_aten(block);
}

} // namespace stratoscope::engine::torch_device
