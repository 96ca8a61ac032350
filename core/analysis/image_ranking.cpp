#include "core/analysis/image_ranking.h"

#include <algorithm>
#include <numeric>

namespace stratoscope::analysis {
namespace {

RankedImages ranked(std::vector<double> score) {
    RankedImages out{std::vector<std::size_t>(score.size()), std::move(score)};
    std::iota(out.order.begin(), out.order.end(), std::size_t{0});
    std::ranges::stable_sort(out.order,
                             [&](std::size_t a, std::size_t b) { return out.score[a] > out.score[b]; });
    return out;
}

} // namespace

RankedImages rank_images(std::span<const double> divergence) {
    return ranked({divergence.begin(), divergence.end()});
}

RankedImages rank_images_for_pair(std::span<const double> divergence, const ImageMeans& means,
                                  std::size_t row, std::size_t column) {
    std::vector<double> score(divergence.size());
    for (std::size_t i = 0; i < score.size(); ++i)
        score[i] = divergence[i] - means.from(i, row) - means.to(i, column) + means.overall[i];
    return ranked(std::move(score));
}

} // namespace stratoscope::analysis
