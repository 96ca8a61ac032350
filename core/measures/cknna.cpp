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

// The k nearest of each image in one layer: k entries an image.
class Lists {
  public:
    Lists(const engine::NeighbourLists& lists, std::size_t layer, std::size_t k)
        : k_(k), images_(lists.image[layer].rows()) {
        const Matrix<std::uint32_t>& image = lists.image[layer];
        entries_.reserve(images_ * k);
        products_.reserve(images_ * k);
        for (std::size_t i = 0; i < images_; ++i)
            for (std::size_t m = 0; m < k; ++m) {
                const auto back = image.row(image(i, m)).first(k);
                const bool mutual = std::ranges::find(back, static_cast<std::uint32_t>(i)) != back.end();
                entries_.push_back({image(i, m), mutual ? 1U : 0U});
                products_.push_back(lists.product[layer](i, m));
            }
    }

    // Apart from its product, which only shared entries are asked for: so more of them fit the cache.
    struct Entry {
        std::uint32_t image;
        std::uint32_t mutual; // 1: each is among the other's nearest
    };
    [[nodiscard]] std::size_t images() const noexcept { return images_; }
    // Of an image, where its entries begin and end.
    [[nodiscard]] std::size_t first(std::size_t image) const { return image * k_; }
    [[nodiscard]] const Entry& entry(std::size_t at) const { return entries_[at]; }
    [[nodiscard]] double product(std::size_t at) const { return products_[at]; }

  private:
    std::size_t k_;
    std::size_t images_;
    std::vector<Entry> entries_;
    std::vector<double> products_;
};

// The images' parts in HSIC₁(w_a∘w_b∘K, w_a∘w_b∘L), up to the factor N(N−3) that the ratio does not see.
std::vector<double> parts(const Lists& a, const Lists& b) {
    const std::size_t n = a.images();
    std::vector<double> row_a(n, 0.0);
    std::vector<double> row_b(n, 0.0);
    std::vector<double> column_a(n, 0.0);
    // Σ_j A_ij·B_ji: both must be neighbours of each other. Products are symmetric, so B_ji is B_ij.
    std::vector<double> both_ways(n, 0.0);
    // By image: where a has it, if in the list of the i that is being looked at.
    std::vector<std::size_t> at_in_a(n, 0);
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t begin = a.first(i);
        const std::size_t end = a.first(i + 1);
        for (std::size_t at = begin; at < end; ++at)
            at_in_a[a.entry(at).image] = at;
        for (std::size_t in_b = b.first(i); in_b < b.first(i + 1); ++in_b) {
            const std::uint32_t image = b.entry(in_b).image;
            const std::size_t in_a = at_in_a[image];
            // Left by another i, it lies before this one's; at the beginning it may be nobody's.
            if (in_a < begin || a.entry(in_a).image != image)
                continue;
            row_a[i] += a.product(in_a);
            row_b[i] += b.product(in_b);
            column_a[image] += a.product(in_a);
            if ((a.entry(in_a).mutual & b.entry(in_b).mutual) != 0)
                both_ways[i] += a.product(in_a) * b.product(in_b);
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
    for (std::size_t i = 0; i < n; ++i)
        out[i] = both_ways[i] +
                 (row_a[i] * sum_b + sum_a * row_b[i]) / (2.0 * (images - 1.0) * (images - 2.0)) -
                 2.0 / (images - 2.0) * column_a[i] * row_b[i];
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
