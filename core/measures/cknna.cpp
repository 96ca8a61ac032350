#include "core/measures/cknna.h"

#include "core/base/thread_pool.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <utility>

namespace stratoscope::measures {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

struct Entry {
    std::uint32_t image;
    double product;
};

// The k nearest of each image in one layer, by image: k entries an image.
class Lists {
  public:
    Lists(const engine::NeighbourLists& lists, std::size_t layer, std::size_t k)
        : k_(k), images_(lists.image[layer].rows()) {
        entries_.reserve(images_ * k);
        for (std::size_t i = 0; i < images_; ++i) {
            for (std::size_t m = 0; m < k; ++m)
                entries_.push_back({lists.image[layer](i, m), lists.product[layer](i, m)});
            std::ranges::sort(entries_.end() - static_cast<std::ptrdiff_t>(k), entries_.end(), {},
                              &Entry::image);
        }
    }
    [[nodiscard]] std::size_t images() const noexcept { return images_; }
    [[nodiscard]] std::span<const Entry> of(std::size_t image) const {
        return std::span(entries_).subspan(image * k_, k_);
    }

  private:
    std::size_t k_;
    std::size_t images_;
    std::vector<Entry> entries_;
};

// The images' parts in HSIC₁(w_a∘w_b∘K, w_a∘w_b∘L), up to the factor N(N−3) that the ratio does not see.
std::vector<double> parts(const Lists& a, const Lists& b) {
    struct Pair {
        std::uint32_t image;
        double in_a;
        double in_b;
    };
    const std::size_t n = a.images();
    std::vector<Pair> shared; // image after image, each from first[i] to first[i + 1]
    std::vector<std::size_t> first{0};
    first.reserve(n + 1);
    std::vector<double> row_a(n, 0.0);
    std::vector<double> row_b(n, 0.0);
    std::vector<double> column_a(n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
        const std::span<const Entry> in_a = a.of(i);
        const std::span<const Entry> in_b = b.of(i);
        for (auto x = in_a.begin(), y = in_b.begin(); x != in_a.end() && y != in_b.end();) {
            if (x->image == y->image) {
                shared.push_back({x->image, x->product, y->product});
                row_a[i] += x->product;
                row_b[i] += y->product;
                column_a[x->image] += x->product;
            }
            const bool next_x = x->image <= y->image;
            const bool next_y = y->image <= x->image;
            x += next_x ? 1 : 0;
            y += next_y ? 1 : 0;
        }
        first.push_back(shared.size());
    }
    double sum_a = 0.0;
    double sum_b = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        sum_a += row_a[i];
        sum_b += row_b[i];
    }
    const auto of = [&](std::size_t i) {
        return std::span<const Pair>(shared).subspan(first[i], first[i + 1] - first[i]);
    };
    const auto images = static_cast<double>(n);
    std::vector<double> out(n);
    for (std::size_t i = 0; i < n; ++i) {
        double mutual = 0.0; // Σ_j A_ij·B_ji: both must be neighbours of each other
        for (const Pair& pair : of(i)) {
            const std::span<const Pair> back = of(pair.image);
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

Finished finish_cknna(const engine::PassSums& sums, std::size_t k, ThreadPool& pool) {
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
    std::vector<std::optional<Lists>> sorted(layers);
    std::vector<std::vector<double>> own(layers);
    std::vector<double> own_mean(layers, undefined);
    pool.parallel_for(layers, [&](std::size_t layer, std::size_t) {
        sorted[layer].emplace(lists, layer, k);
        own[layer] = parts(*sorted[layer], *sorted[layer]);
        if (!own[layer].empty())
            own_mean[layer] = mean(own[layer]);
    });
    const auto n = static_cast<double>(sums.images);
    pool.parallel_for(layers * layers, [&](std::size_t pair, std::size_t) {
        const std::size_t a = pair / layers;
        const std::size_t b = pair % layers;
        if (a > b || !(own_mean[a] > 0.0) || !(own_mean[b] > 0.0))
            return;
        const std::vector<double> both = parts(*sorted[a], *sorted[b]);
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
    });
    out.standard_error = std::move(error);
    return out;
}

} // namespace stratoscope::measures
