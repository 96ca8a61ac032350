#include "core/measures/cka.h"

#include <cmath>
#include <limits>
#include <utility>

namespace stratoscope::measures {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

// Σ_i of what follows over the images done, times images/done: the whole as far as it can be told yet.
struct Kernels {
    Kernels(const engine::PassSums& sums, CkaForm form_)
        : gram(sums.gram), form(form_), images(static_cast<double>(sums.images)),
          layers(gram.product.rows()) {
        for (std::size_t i = 0; i < sums.images; ++i)
            if (gram.done[i] != 0)
                done.push_back(i);
        scale = images / static_cast<double>(done.size());
        total.assign(layers, 0.0);
        for (const std::size_t i : done)
            for (std::size_t layer = 0; layer < layers; ++layer)
                total[layer] += scale * row(i, layer);
    }

    // Row sums of the kernel as the form has it: with its diagonal or without.
    [[nodiscard]] double row(std::size_t i, std::size_t layer) const {
        return gram.row_sum(i, layer) + (form == CkaForm::biased ? gram.squared_length(i, layer) : 0.0);
    }

    [[nodiscard]] double diagonal(std::size_t i, std::size_t a, std::size_t b) const {
        return form == CkaForm::biased ? gram.squared_length(i, a) * gram.squared_length(i, b) : 0.0;
    }

    // Image i's part in the (unnormalised) HSIC of a and b, given its part in the product Σ_j K_a(i,j)
    // K_b(i,j).
    [[nodiscard]] double part(std::size_t i, std::size_t a, std::size_t b, double product) const {
        const double rows = row(i, a) * row(i, b);
        const double mixed = (row(i, a) * total[b] + total[a] * row(i, b)) / 2.0;
        if (form == CkaForm::unbiased)
            return product + mixed / ((images - 1.0) * (images - 2.0)) - 2.0 / (images - 2.0) * rows;
        return product + mixed / (images * images) - 2.0 / images * rows;
    }

    const engine::GramSums& gram;
    CkaForm form;
    double images;
    std::size_t layers;
    std::vector<std::size_t> done;
    double scale = 1.0;
    std::vector<double> total; // of the whole kernel
};

// The HSIC of all pairs, up to a factor that ratios don't see.
Matrix<double> independence(const Kernels& kernels) {
    const std::size_t layers = kernels.layers;
    Matrix<double> out(layers, layers);
    for (std::size_t a = 0; a < layers; ++a)
        for (std::size_t b = a; b < layers; ++b) {
            double rest = 0.0;
            for (const std::size_t i : kernels.done)
                rest += kernels.part(i, a, b, kernels.diagonal(i, a, b));
            out(a, b) = out(b, a) = kernels.gram.product(a, b) + rest;
        }
    return out;
}

double ratio(const Matrix<double>& hsic, std::size_t a, std::size_t b) {
    const double square = hsic(a, a) * hsic(b, b);
    return hsic(a, a) > 0.0 && hsic(b, b) > 0.0 ? hsic(a, b) / std::sqrt(square) : undefined;
}

Matrix<double> errors(const Kernels& kernels, const Matrix<double>& hsic) {
    const std::size_t layers = kernels.layers;
    const auto n = static_cast<double>(kernels.done.size());
    Matrix<double> sum(layers, layers);
    Matrix<double> squares(layers, layers);
    std::vector<double> own(layers);
    for (const std::size_t i : kernels.done) {
        const auto product = [&](std::size_t a, std::size_t b) {
            return static_cast<double>(kernels.gram.row_product(i, engine::GramSums::pair(a, b, layers))) +
                   kernels.diagonal(i, a, b);
        };
        for (std::size_t a = 0; a < layers; ++a)
            own[a] = kernels.part(i, a, a, product(a, a)) * n / hsic(a, a);
        for (std::size_t a = 0; a < layers; ++a)
            for (std::size_t b = a; b < layers; ++b) {
                // value·u_i/Ū, written so that it stays defined where the value is 0
                const double direct =
                    kernels.part(i, a, b, product(a, b)) * n / std::sqrt(hsic(a, a) * hsic(b, b));
                const double e = direct - ratio(hsic, a, b) * (own[a] + own[b]) / 2.0;
                sum(a, b) += e;
                squares(a, b) += e * e;
            }
    }
    Matrix<double> out(layers, layers, undefined);
    for (std::size_t a = 0; a < layers; ++a)
        for (std::size_t b = a; b < layers; ++b) {
            const double mean = sum(a, b) / n;
            const double variance = std::max(0.0, squares(a, b) / n - mean * mean) * n / (n - 1.0);
            out(a, b) = out(b, a) = a == b ? 0.0 : std::sqrt(variance / n);
        }
    return out;
}

} // namespace

Finished finish_cka(const engine::PassSums& sums, CkaForm form) {
    const Kernels kernels(sums, form);
    const std::size_t layers = kernels.layers;
    const Matrix<double> hsic = independence(kernels);
    Finished out{.value = Matrix<double>(layers, layers, undefined),
                 .standard_error = {},
                 .progress_error = {},
                 .floor = Matrix<double>(layers, layers, 1.0),
                 .null_value = Matrix<double>(layers, layers, form == CkaForm::unbiased ? 0.0 : undefined),
                 .subset_values = {},
                 .image_means = nullptr};
    std::vector<double> trace(layers, 0.0); // of the centred kernel: tr K − 1ᵀK1/N
    if (form == CkaForm::biased)
        for (std::size_t layer = 0; layer < layers; ++layer) {
            for (const std::size_t i : kernels.done)
                trace[layer] += kernels.scale * kernels.gram.squared_length(i, layer);
            trace[layer] -= kernels.total[layer] / kernels.images;
        }
    for (std::size_t a = 0; a < layers; ++a)
        for (std::size_t b = 0; b < layers; ++b) {
            out.value(a, b) = ratio(hsic, a, b);
            if (form ==
                CkaForm::biased) // ‖K_c‖² is the HSIC of a kernel with itself, scaled up to all images
                out.null_value(a, b) =
                    trace[a] * trace[b] /
                    ((kernels.images - 1.0) * kernels.scale * std::sqrt(hsic(a, a) * hsic(b, b)));
        }
    Matrix<double> error = errors(kernels, hsic);
    if (sums.done == sums.images) {
        out.standard_error = std::move(error);
    } else {
        const double left =
            std::sqrt(1.0 - static_cast<double>(sums.done) / static_cast<double>(sums.images));
        for (std::size_t a = 0; a < layers; ++a)
            for (std::size_t b = 0; b < layers; ++b)
                error(a, b) *= left;
        out.progress_error = std::move(error);
    }
    return out;
}

} // namespace stratoscope::measures
