// One image's part in an information imbalance, told in plain words, and the formula with its numbers.
#pragma once

#include "core/jobs/pair_portrait_job.h"

#include <QString>

#include <cstddef>
#include <utility>
#include <vector>

namespace stratoscope::ui {

/// Which representation predicts: neighbours are found in the first, ranked in the second.
enum class Way { aToB, bToA };

struct Story {
    std::vector<std::size_t> neighbours; ///< in the first, nearest first; with those that tie with the last
    std::vector<double> ranksHere;       ///< of these in the first
    std::vector<double> ranks;           ///< of these in the second
    /// All images of the second that are as near as the farthest of them, and their ranks, nearest first.
    std::vector<std::pair<std::size_t, double>> queue;
    QString sentence;
};

[[nodiscard]] Story storyOf(const jobs::PairPortrait& portrait, Way way, std::size_t image);

/// By image: the mean rank, in the second, of its neighbours in the first; N·c_i/2 of MEASURES' c_i.
[[nodiscard]] std::vector<double> meanRanks(const jobs::PairPortrait& portrait, Way way);
/// Of all images.
[[nodiscard]] double meanRank(const jobs::PairPortrait& portrait, Way way);
/// Δ of the way, as the program says it.
[[nodiscard]] double imbalanceOf(const jobs::PairPortrait& portrait, Way way);

/// "At least (k+1)/N = 2/24 = 0.083, …": between which values Δ lies.
[[nodiscard]] QString rangeOf(const jobs::PairPortrait& portrait);
/// "Δ(A→B) = 2/N · mean rank = 2/24 · 3.75 = 0.31"; rich text.
[[nodiscard]] QString formulaOf(const jobs::PairPortrait& portrait, Way way);

} // namespace stratoscope::ui
