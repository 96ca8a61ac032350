#include "core/measures/cknna.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace stratoscope::measures {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

struct Entry {
    std::uint32_t image;
    double product;
};

// The k nearest of each image in one layer, by image.
std::vector<std::vector<Entry>> sorted_lists(const engine::NeighbourLists& lists, std::size_t layer,
                                             std::size_t k) {
    std::vector<std::vector<Entry>> out(lists.image[layer].rows());
    for (std::size_t i = 0; i < out.size(); ++i) {
        for (std::size_t m = 0; m < k; ++m)
            out[i].push_back({lists.image[layer](i, m), lists.product[layer](i, m)});
        std::ranges::sort(out[i], {}, &Entry::image);
    }
    return out;
}

using Lists = std::vector<std::vector<Entry>>;

// The images' parts in HSIC₁(w_a∘w_b∘K, w_a∘w_b∘L), up to the factor N(N−3) that the ratio does not see.
std::vector<double> parts(const Lists& a, const Lists& b) {
    struct Pair {
        std::uint32_t image;
        double in_a;
        double in_b;
    };
    const std::size_t n = a.size();
    std::vector<std::vector<Pair>> shared(n);
    std::vector<double> row_a(n, 0.0);
    std::vector<double> row_b(n, 0.0);
    std::vector<double> column_a(n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
        auto x = a[i].begin();
        auto y = b[i].begin();
        while (x != a[i].end() && y != b[i].end()) {
            if (x->image == y->image) {
                shared[i].push_back({x->image, x->product, y->product});
                row_a[i] += x->product;
                row_b[i] += y->product;
                column_a[x->image] += x->product;
            }
            const bool first = x->image <= y->image;
            const bool second = y->image <= x->image;
            x += first ? 1 : 0;
            y += second ? 1 : 0;
        }
    }
    double sum_a = 0.0;
    double sum_b = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        sum_a += row_a[i];
        sum_b += row_b[i];
    }
    const auto images = static_cast<double>(n);
    std::vector<double> out(n);
    for (std::size_t i = 0; i < n; ++i) {
        double mutual = 0.0; // Σ_j A_ij·B_ji: both must be neighbours of each other
        for (const Pair& pair : shared[i]) {
            const auto& back = shared[pair.image];
            const auto at = std::ranges::lower_bound(back, i, {}, &Pair::image);
            if (at != back.end() && at->image == i)
                mutual += pair.in_a * at->in_b;
        }
        out[i] = mutual + (row_a[i] * sum_b + sum_a * row_b[i]) / (2.0 * (images - 1.0) * (images - 2.0)) -
                 2.0 / (images - 2.0) * column_a[i] * row_b[i];
    }
    return out;
}

double mean(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double value : values)
        sum += value;
    return sum / static_cast<double>(values.size());
}

} // namespace

Finished finish_cknna(const engine::PassSums& sums, std::size_t k) {
    const engine::NeighbourLists& lists = sums.neighbours;
    const std::size_t layers = lists.image.size();
    Finished out{.value = Matrix<double>(layers, layers, undefined),
                 .standard_error = {},
                 .progress_error = {},
                 .floor = Matrix<double>(layers, layers, 1.0),
                 .null_value = Matrix<double>(layers, layers, 0.0),
                 .subset_values = {},
                 .image_means = nullptr};
    Matrix<double> error(layers, layers, undefined);
    if (sums.done < sums.images) {
        out.progress_error = std::move(error);
        return out;
    }
    std::vector<Lists> sorted;
    std::vector<std::vector<double>> own;
    std::vector<double> own_mean;
    for (std::size_t layer = 0; layer < layers; ++layer) {
        sorted.push_back(sorted_lists(lists, layer, k));
        own.push_back(parts(sorted[layer], sorted[layer]));
        own_mean.push_back(own[layer].empty() ? undefined : mean(own[layer]));
    }
    const auto n = static_cast<double>(sums.images);
    for (std::size_t a = 0; a < layers; ++a)
        for (std::size_t b = a; b < layers; ++b) {
            if (!(own_mean[a] > 0.0) || !(own_mean[b] > 0.0))
                continue;
            const std::vector<double> both = parts(sorted[a], sorted[b]);
            const double scale = std::sqrt(own_mean[a] * own_mean[b]);
            const double value = mean(both) / scale;
            out.value(a, b) = out.value(b, a) = value;
            double sum = 0.0;
            double squares = 0.0;
            for (std::size_t i = 0; i < both.size(); ++i) {
                const double e =
                    both[i] / scale - value * (own[a][i] / own_mean[a] + own[b][i] / own_mean[b]) / 2.0;
                sum += e;
                squares += e * e;
            }
            const double variance = std::max(0.0, squares / n - sum / n * (sum / n)) * n / (n - 1.0);
            error(a, b) = error(b, a) = a == b ? 0.0 : 2.0 * std::sqrt(variance / n);
        }
    out.standard_error = std::move(error);
    return out;
}

} // namespace stratoscope::measures
