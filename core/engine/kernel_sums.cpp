#include "core/engine/kernel_sums.h"

#include "core/engine/multiversion_private.h"
#include "core/engine/pair_products.h"
#include "core/engine/row_sums.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace stratoscope::engine {
namespace {

// Positions at a time: the values of some layers stay in the cache, and float32 sums stay short.
constexpr std::size_t stretch = 512;
static_assert(stretch % PairProducts::positions_together == 0);

STRATOSCOPE_MULTIVERSION
void scaled(const float* products, std::size_t n, float factor, float* out) {
    for (std::size_t j = 0; j < n; ++j)
        out[j] = products[j] * factor;
}

STRATOSCOPE_MULTIVERSION
void roots(const float* d2, std::size_t n, float* out) {
    for (std::size_t j = 0; j < n; ++j)
        out[j] = __builtin_sqrtf(d2[j]);
}

STRATOSCOPE_MULTIVERSION
void scaled_less_one(const float* values, std::size_t n, float factor, float* out) {
    for (std::size_t j = 0; j < n; ++j)
        out[j] = values[j] * factor - 1.0F;
}

// d − a − b of two rows of lengths a and b as −2(x·y + ab)/(d + a + b), where nothing cancels.
STRATOSCOPE_MULTIVERSION
void centred_distances(const float* products, const float* distance, std::size_t n, float length,
                       const float* lengths, float factor, float* out) {
    for (std::size_t j = 0; j < n; ++j) {
        const float sum = distance[j] + length + lengths[j];
        const float value = (products[j] - 2.0F * length * lengths[j]) / (sum > 0.0F ? sum : 1.0F);
        out[j] = value * factor - ordinary_centred_distance;
    }
}

// exp(−x), x ≥ 0, to 2 units in the last place: 2^n by the exponent's bits, the rest by a polynomial (the
// Taylor series of 2^f about 0, |f| ≤ ½, to f⁷). Written out, since the library's is not vectorised.
STRATOSCOPE_MULTIVERSION
void gaussians(const float* d2, std::size_t n, float factor, float* out) {
    for (std::size_t j = 0; j < n; ++j) {
        float power = d2[j] * factor * -1.44269504F;
        power = power < -126.0F ? -126.0F : power;
        const float whole = __builtin_floorf(power + 0.5F);
        const float f = power - whole;
        float p = 1.5252734e-5F;
        p = p * f + 1.5403530e-4F;
        p = p * f + 1.3333558e-3F;
        p = p * f + 9.6181291e-3F;
        p = p * f + 5.5504109e-2F;
        p = p * f + 2.4022651e-1F;
        p = p * f + 6.9314718e-1F;
        p = p * f + 1.0F;
        const std::int32_t exponent = (static_cast<std::int32_t>(whole) + 127) << 23;
        out[j] = p * std::bit_cast<float>(exponent) - ordinary_gaussian;
    }
}

} // namespace

double kernel_diagonal(const KernelPlan& plan, std::size_t layer, float squared_length) {
    switch (plan.kernel) {
    case Kernel::linear:
        return static_cast<double>(squared_length) / static_cast<double>(plan.unit[layer]);
    case Kernel::centred_distance:
        return -2.0 * std::sqrt(static_cast<double>(squared_length) / static_cast<double>(plan.unit[layer])) -
               ordinary_centred_distance;
    case Kernel::gaussian:
        return 1.0 - ordinary_gaussian;
    case Kernel::distance: // these are never centred by rows: the diagonal takes no part
    case Kernel::distance_rank:
        break;
    }
    return 0.0;
}

KernelSums::KernelSums(std::size_t images, std::size_t layers)
    : row_sum(images, layers), diagonal(images, layers), row_product(images, layers * (layers + 1) / 2),
      product(layers, layers), done(images, 0) {}

// `count` positions from `first` on, and zeros up to the number that is returned.
std::size_t KernelRow::fill(std::span<const KernelPlan> kernels, std::size_t position,
                            const KernelInput& input, std::size_t first, std::size_t count) {
    constexpr std::size_t together = PairProducts::positions_together;
    const std::size_t padded = (count + together - 1) / together * together;
    const bool of_distances = std::ranges::any_of(
        kernels, [](Kernel kernel) { return kernel != Kernel::linear; }, &KernelPlan::kernel);
    const bool of_roots = std::ranges::any_of(
        kernels,
        [](Kernel kernel) { return kernel == Kernel::centred_distance || kernel == Kernel::distance; },
        &KernelPlan::kernel);
    const float* const d2 = d2_.data();
    for (std::size_t layer = 0; layer < input.products.size(); ++layer) {
        const float* row = input.products[layer] + first;
        if (of_distances)
            distances_of_products(row, count, input.lengths[layer][position], input.lengths[layer] + first,
                                  0.0F, d2_.data());
        if (of_roots)
            roots(d2, count, root_.data());
        for (std::size_t kernel = 0; kernel < kernels.size(); ++kernel) {
            const KernelPlan& plan = kernels[kernel];
            float* out = values_.data() + (kernel * rows_ + layer) * stretch;
            switch (plan.kernel) {
            case Kernel::linear:
                scaled(row, count, -0.5F / plan.unit[layer], out);
                break;
            case Kernel::centred_distance:
                centred_distances(row, root_.data(), count, input.roots[layer][position],
                                  input.roots[layer] + first, 1.0F / std::sqrt(plan.unit[layer]), out);
                break;
            case Kernel::distance:
                scaled_less_one(root_.data(), count, 1.0F / std::sqrt(plan.unit[layer]), out);
                break;
            case Kernel::gaussian:
                gaussians(d2, count, 1.0F / plan.unit[layer], out);
                break;
            case Kernel::distance_rank:
                if (plan.lines[layer] != nullptr) {
                    plan.lines[layer]->ranks(d2, count, out);
                    break;
                }
                const RankTable& table = *plan.ranks[layer];
                for (std::size_t j = 0; j < count; ++j)
                    out[j] = table.rank[table.cell(d2[j])] - 0.5F;
                break;
            }
            std::fill(out + count, out + padded, 0.0F);
            if (position >= first && position < first + count)
                out[position - first] = 0.0F;
        }
    }
    return padded;
}

void KernelRow::add(std::span<const KernelPlan> kernels, std::size_t position, std::size_t image,
                    const KernelInput& input, std::span<KernelSums> sums, std::span<Matrix<double>> product) {
    const std::size_t layers = input.products.size();
    const std::size_t images = sums.front().row_sum.rows();
    const std::size_t rows = (layers + 1 + PairProducts::rows_together - 1) / PairProducts::rows_together *
                             PairProducts::rows_together;
    if (rows_ != rows || values_.size() < kernels.size() * rows * stretch) {
        rows_ = rows;
        values_.assign(kernels.size() * rows * stretch, 0.0F);
        for (std::size_t kernel = 0; kernel < kernels.size(); ++kernel) // a product with ones is a sum
            std::fill_n(values_.begin() + static_cast<std::ptrdiff_t>((kernel * rows + layers) * stretch),
                        stretch, 1.0F);
        d2_ = AlignedVector<float>(stretch);
        root_ = AlignedVector<float>(stretch);
    }
    totals_.assign(kernels.size() * rows * rows, 0.0);
    for (std::size_t first = 0; first < images; first += stretch) {
        const std::size_t padded = fill(kernels, position, input, first, std::min(stretch, images - first));
        for (std::size_t kernel = 0; kernel < kernels.size(); ++kernel)
            pair_products().front()->add(values_.data() + kernel * rows * stretch, stretch, rows, padded,
                                         totals_.data() + kernel * rows * rows);
    }
    for (std::size_t kernel = 0; kernel < kernels.size(); ++kernel) {
        KernelSums& out = sums[kernel];
        const double* total = totals_.data() + kernel * rows * rows;
        for (std::size_t a = 0; a < layers; ++a) {
            out.row_sum(image, a) = total[a * rows + layers];
            out.diagonal(image, a) = kernel_diagonal(kernels[kernel], a, input.lengths[a][position]);
            for (std::size_t b = a; b < layers; ++b) {
                product[kernel](a, b) += total[a * rows + b];
                out.row_product(image, KernelSums::pair(a, b, layers)) =
                    static_cast<float>(total[a * rows + b]);
            }
        }
        out.done[image] = 1;
    }
}

} // namespace stratoscope::engine
