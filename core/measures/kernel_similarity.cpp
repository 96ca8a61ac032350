#include "core/measures/kernel_similarity.h"

#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace stratoscope::measures {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

struct Named {
    std::string_view name;
    KernelMeasure measure;
};

constexpr std::array<Named, 8> known{{
    {"cka_unbiased", {engine::Kernel::linear, Centring::unbiased}},
    {"cka", {engine::Kernel::linear, Centring::rows_and_columns}},
    {"cka_rbf_unbiased", {engine::Kernel::gaussian, Centring::unbiased}},
    {"cka_rbf", {engine::Kernel::gaussian, Centring::rows_and_columns}},
    {"distance_correlation", {engine::Kernel::centred_distance, Centring::rows_and_columns, true}},
    {"distance_correlation_unbiased", {engine::Kernel::centred_distance, Centring::unbiased}},
    {"rsa_pearson", {engine::Kernel::distance, Centring::grand_mean}},
    {"rsa_spearman", {engine::Kernel::distance_rank, Centring::grand_mean}},
}};

// Image i's part in the (unnormalised) covariance of a and b is its part in Σ_j K_a(i,j)·K_b(i,j), the
// diagonal left out, plus mixed·(r_a·T_b + T_a·r_b) − own·r_a·r_b + whole·T_a·T_b, r its row's sums and T all
// rows'.
struct Weights {
    Weights(Centring centring, double images) {
        const double pairs = images * (images - 1.0);
        switch (centring) {
        case Centring::unbiased:
            mixed = 1.0 / (2.0 * (images - 1.0) * (images - 2.0));
            own = 2.0 / (images - 2.0);
            break;
        case Centring::rows_and_columns:
            mixed = 1.0 / (2.0 * images * images);
            own = 2.0 / images;
            break;
        case Centring::grand_mean:
            mixed = -1.0 / pairs;
            whole = (images - 1.0) / pairs / pairs;
            break;
        }
    }
    double mixed = 0.0;
    double own = 0.0;
    double whole = 0.0;
};

// Σ_i of what follows over the images done, times images/done: the whole as far as it can be told yet.
struct Kernels {
    Kernels(const engine::PassSums& pass, const engine::KernelSums& kernel, Centring centring_)
        : sums(kernel), centring(centring_), images(static_cast<double>(pass.images)),
          layers(kernel.product.rows()), weights(centring_, images) {
        for (std::size_t i = 0; i < pass.images; ++i)
            if (sums.done[i] != 0)
                done.push_back(i);
        scale = images / static_cast<double>(done.size());
        total.assign(layers, 0.0);
        for (const std::size_t i : done)
            for (std::size_t layer = 0; layer < layers; ++layer)
                total[layer] += scale * (sums.row_sum(i, layer) + diagonal(i, layer));
    }

    [[nodiscard]] double diagonal(std::size_t i, std::size_t layer) const {
        return centring == Centring::rows_and_columns ? sums.diagonal(i, layer) : 0.0;
    }

    // body(i, parts) for each image done. parts: of the pairs a ≤ b, in the order of KernelSums::pair; what
    // is centred alone, or with the products that are centred.
    template <class Body>
    void each_image(bool with_products, const Body& body) const {
        std::vector<double> row(layers);
        std::vector<double> on_diagonal(layers);
        std::vector<double> parts(layers * (layers + 1) / 2);
        for (const std::size_t i : done) {
            for (std::size_t layer = 0; layer < layers; ++layer) {
                on_diagonal[layer] = diagonal(i, layer);
                row[layer] = sums.row_sum(i, layer) + on_diagonal[layer];
            }
            const float* product = sums.row_product.row(i).data();
            double* part = parts.data();
            for (std::size_t a = 0; a < layers; ++a) {
                const double of_total = weights.mixed * row[a] + weights.whole * total[a];
                const double of_row = weights.mixed * total[a] - weights.own * row[a];
                for (std::size_t b = a; b < layers; ++b)
                    *part++ = on_diagonal[a] * on_diagonal[b] + of_total * total[b] + of_row * row[b];
            }
            if (with_products)
                for (std::size_t pair = 0; pair < parts.size(); ++pair)
                    parts[pair] += static_cast<double>(product[pair]);
            body(parts);
        }
    }

    const engine::KernelSums& sums;
    Centring centring;
    double images;
    std::size_t layers;
    Weights weights;
    std::vector<std::size_t> done;
    double scale = 1.0;
    std::vector<double> total; // of the whole kernel
};

// body(a, b, where the pair stands), a ≤ b.
template <class Body>
void each_pair(std::size_t layers, const Body& body) {
    std::size_t pair = 0;
    for (std::size_t a = 0; a < layers; ++a)
        for (std::size_t b = a; b < layers; ++b)
            body(a, b, pair++);
}

// The covariances of all pairs, up to a factor that ratios don't see.
Matrix<double> covariances(const Kernels& kernels) {
    const std::size_t layers = kernels.layers;
    std::vector<double> rest(layers * (layers + 1) / 2, 0.0);
    kernels.each_image(false, [&](const std::vector<double>& parts) {
        for (std::size_t pair = 0; pair < rest.size(); ++pair)
            rest[pair] += parts[pair];
    });
    Matrix<double> out(layers, layers);
    each_pair(layers, [&](std::size_t a, std::size_t b, std::size_t pair) {
        out(a, b) = out(b, a) = kernels.sums.product(a, b) + rest[pair];
    });
    return out;
}

double ratio(const Matrix<double>& covariance, std::size_t a, std::size_t b) {
    const double square = covariance(a, a) * covariance(b, b);
    return covariance(a, a) > 0.0 && covariance(b, b) > 0.0 ? covariance(a, b) / std::sqrt(square)
                                                            : undefined;
}

Matrix<double> errors(const Kernels& kernels, const Matrix<double>& covariance) {
    const std::size_t layers = kernels.layers;
    const std::size_t pairs = layers * (layers + 1) / 2;
    const auto n = static_cast<double>(kernels.done.size());
    std::vector<double> sum(pairs, 0.0);
    std::vector<double> squares(pairs, 0.0);
    std::vector<double> own(layers);
    // value·u_i/Ū is u_i·scale, written so that it stays defined where the value is 0.
    std::vector<double> scale(pairs);
    std::vector<double> half_value(pairs);
    each_pair(layers, [&](std::size_t a, std::size_t b, std::size_t pair) {
        scale[pair] = n / std::sqrt(covariance(a, a) * covariance(b, b));
        half_value[pair] = ratio(covariance, a, b) / 2.0;
    });
    kernels.each_image(true, [&](const std::vector<double>& parts) {
        for (std::size_t a = 0; a < layers; ++a)
            own[a] = parts[engine::KernelSums::pair(a, a, layers)] * n / covariance(a, a);
        std::size_t pair = 0;
        for (std::size_t a = 0; a < layers; ++a)
            for (std::size_t b = a; b < layers; ++b, ++pair) {
                const double e = parts[pair] * scale[pair] - half_value[pair] * (own[a] + own[b]);
                sum[pair] += e;
                squares[pair] += e * e;
            }
    });
    Matrix<double> out(layers, layers, undefined);
    each_pair(layers, [&](std::size_t a, std::size_t b, std::size_t pair) {
        const double mean = sum[pair] / n;
        const double variance = std::max(0.0, squares[pair] / n - mean * mean) * n / (n - 1.0);
        out(a, b) = out(b, a) = a == b ? 0.0 : std::sqrt(variance / n);
    });
    return out;
}

} // namespace

std::optional<KernelMeasure> kernel_measure(std::string_view name) {
    for (const Named& one : known)
        if (one.name == name)
            return one.measure;
    return std::nullopt;
}

Finished finish_kernel_measure(const engine::PassSums& sums, const engine::KernelSums& kernel,
                               const KernelMeasure& measure, const std::vector<bool>& constant) {
    const Kernels kernels(sums, kernel, measure.centring);
    const std::size_t layers = kernels.layers;
    const Matrix<double> covariance = covariances(kernels);
    const bool biased = measure.centring == Centring::rows_and_columns;
    Finished out{.value = Matrix<double>(layers, layers, undefined),
                 .standard_error = {},
                 .progress_error = {},
                 .floor = Matrix<double>(layers, layers, 1.0),
                 .null_value = Matrix<double>(layers, layers, biased ? undefined : 0.0),
                 .subset_values = {},
                 .image_means = nullptr};
    Matrix<double> error = errors(kernels, covariance);
    const double left = std::sqrt(1.0 - static_cast<double>(sums.done) / static_cast<double>(sums.images));
    // The trace of the centred kernel, tr K − 1ᵀK1/N, is what a biased covariance keeps when images are
    // shuffled.
    const auto trace_of = [&](std::size_t layer) {
        double sum = -kernels.total[layer] / kernels.images;
        for (const std::size_t i : kernels.done)
            sum += kernels.scale * kernels.diagonal(i, layer);
        return sum;
    };
    std::vector<double> trace(layers, 0.0);
    for (std::size_t layer = 0; biased && layer < layers; ++layer)
        trace[layer] = trace_of(layer);
    for (std::size_t a = 0; a < layers; ++a)
        for (std::size_t b = 0; b < layers; ++b) {
            if (constant[a] || constant[b]) { // no variance: what would divide is rounding
                out.null_value(a, b) = error(a, b) = undefined;
                continue;
            }
            const double value = ratio(covariance, a, b);
            out.value(a, b) = measure.root ? std::sqrt(std::max(0.0, value)) : value;
            if (biased) {
                // √(covariance of a kernel with itself) is ‖K_c‖, scaled up to all images.
                const double null =
                    trace[a] * trace[b] /
                    ((kernels.images - 1.0) * kernels.scale * std::sqrt(covariance(a, a) * covariance(b, b)));
                out.null_value(a, b) = measure.root ? std::sqrt(std::max(0.0, null)) : null;
            }
            if (measure.root)
                error(a, b) = a == b ? 0.0 : error(a, b) / (2.0 * out.value(a, b));
            // Another draw changes an image's row and its column; rows still to come change rows alone.
            error(a, b) *= sums.done < sums.images ? left : 2.0;
        }
    (sums.done == sums.images ? out.standard_error : out.progress_error) = std::move(error);
    return out;
}

} // namespace stratoscope::measures
