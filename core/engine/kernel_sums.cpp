#include "core/engine/kernel_sums.h"

#include "core/engine/multiversion_private.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace stratoscope::engine {
namespace {

// Positions at a time: the values of some layers stay in the cache, and float32 sums stay short.
constexpr std::size_t stretch = 512;
constexpr std::size_t lanes = 16;

STRATOSCOPE_MULTIVERSION
void scaled(const float* products, std::size_t n, float factor, float* out) {
    for (std::size_t j = 0; j < n; ++j)
        out[j] = products[j] * factor;
}

STRATOSCOPE_MULTIVERSION
void scaled_roots(const float* d2, std::size_t n, float factor, float* out) {
    for (std::size_t j = 0; j < n; ++j)
        out[j] = __builtin_sqrtf(d2[j]) * factor - 1.0F;
}

// d − a − b of two rows of lengths a and b as −2(x·y + ab)/(d + a + b), where nothing cancels.
STRATOSCOPE_MULTIVERSION
void centred_distances(const float* products, std::size_t n, float squared_length,
                       const float* squared_lengths, float factor, float* out) {
    const float a = __builtin_sqrtf(squared_length);
    for (std::size_t j = 0; j < n; ++j) {
        const float b = __builtin_sqrtf(squared_lengths[j]);
        float d2 = squared_length + squared_lengths[j] + products[j];
        d2 = d2 > 0.0F ? d2 : 0.0F;
        const float sum = __builtin_sqrtf(d2) + a + b;
        const float value = (products[j] - 2.0F * a * b) / (sum > 0.0F ? sum : 1.0F);
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

STRATOSCOPE_MULTIVERSION
float sum_of(const float* x, std::size_t n) {
    float sum[lanes] = {};
    for (std::size_t j = 0; j + lanes <= n; j += lanes)
        for (std::size_t lane = 0; lane < lanes; ++lane)
            sum[lane] += x[j + lane];
    float total = 0.0F;
    for (const float part : sum)
        total += part;
    return total;
}

// Products of one row with four: the one is loaded once. n is a multiple of the lanes.
STRATOSCOPE_MULTIVERSION
void dot_four(const float* x, const float* const* y, std::size_t n, float* out) {
    float sum[4][lanes] = {};
    for (std::size_t j = 0; j + lanes <= n; j += lanes)
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const float value = x[j + lane];
            sum[0][lane] += value * y[0][j + lane];
            sum[1][lane] += value * y[1][j + lane];
            sum[2][lane] += value * y[2][j + lane];
            sum[3][lane] += value * y[3][j + lane];
        }
    for (std::size_t i = 0; i < 4; ++i) {
        out[i] = 0.0F;
        for (std::size_t lane = 0; lane < lanes; ++lane)
            out[i] += sum[i][lane];
    }
}

void fill(const KernelPlan& plan, std::size_t layer, const float* d2, std::size_t n, float squared_length,
          const float* squared_lengths, float* out) {
    switch (plan.kernel) {
    case Kernel::linear:
        scaled(d2, n, -0.5F / plan.unit[layer], out);
        break;
    case Kernel::centred_distance:
        centred_distances(d2, n, squared_length, squared_lengths, 1.0F / std::sqrt(plan.unit[layer]), out);
        break;
    case Kernel::distance:
        scaled_roots(d2, n, 1.0F / std::sqrt(plan.unit[layer]), out);
        break;
    case Kernel::gaussian:
        gaussians(d2, n, 1.0F / plan.unit[layer], out);
        break;
    case Kernel::distance_rank:
        const RankTable& table = *plan.ranks[layer];
        for (std::size_t j = 0; j < n; ++j)
            out[j] = table.rank[table.cell(d2[j])] - 0.5F;
        break;
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

std::size_t RankTable::cell(float d2) const noexcept {
    const auto bits = std::bit_cast<std::uint32_t>(d2);
    return bits <= lowest_bits ? 0
                               : std::min<std::size_t>(rank.size() - 1, ((bits - lowest_bits) >> shift) + 1);
}

KernelSums::KernelSums(std::size_t images, std::size_t layers)
    : row_sum(images, layers), diagonal(images, layers), row_product(images, layers * (layers + 1) / 2),
      product(layers, layers), done(images, 0) {}

void KernelRow::add(const KernelPlan& plan, std::size_t position, std::size_t image,
                    std::span<const float* const> rows, std::span<const float* const> lengths,
                    KernelSums& sums, MatrixView<double> product) {
    const std::size_t layers = rows.size();
    const std::size_t images = sums.row_sum.rows();
    if (values_.rows() < layers)
        values_ = Matrix<float>(layers, stretch);
    std::vector<double> of_row(layers * (layers + 1) / 2, 0.0);
    std::vector<double> row_sum(layers, 0.0);
    for (std::size_t first = 0; first < images; first += stretch) {
        const std::size_t count = std::min(stretch, images - first);
        const std::size_t padded = (count + lanes - 1) / lanes * lanes;
        for (std::size_t layer = 0; layer < layers; ++layer) {
            float* values = values_.row(layer).data();
            fill(plan, layer, rows[layer] + first, count, lengths[layer][position], lengths[layer] + first,
                 values);
            std::fill(values + count, values + padded, 0.0F);
            if (position >= first && position < first + count)
                values[position - first] = 0.0F;
            row_sum[layer] += static_cast<double>(sum_of(values, padded));
        }
        for (std::size_t a = 0; a < layers; ++a)
            for (std::size_t b = a; b < layers; b += 4) {
                std::array<const float*, 4> others{};
                for (std::size_t i = 0; i < 4; ++i)
                    others[i] = values_.row(std::min(b + i, layers - 1)).data();
                std::array<float, 4> products{};
                dot_four(values_.row(a).data(), others.data(), padded, products.data());
                for (std::size_t i = 0; i < 4 && b + i < layers; ++i)
                    of_row[KernelSums::pair(a, b + i, layers)] += static_cast<double>(products[i]);
            }
    }
    for (std::size_t layer = 0; layer < layers; ++layer) {
        sums.row_sum(image, layer) = row_sum[layer];
        sums.diagonal(image, layer) = kernel_diagonal(plan, layer, lengths[layer][position]);
    }
    for (std::size_t a = 0; a < layers; ++a)
        for (std::size_t b = a; b < layers; ++b) {
            const std::size_t pair = KernelSums::pair(a, b, layers);
            product(a, b) += of_row[pair];
            sums.row_product(image, pair) = static_cast<float>(of_row[pair]);
        }
    sums.done[image] = 1;
}

} // namespace stratoscope::engine
