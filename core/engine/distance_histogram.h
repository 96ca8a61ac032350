// All pairs' distances of a layer, counted: what a bandwidth (their median) and a rank correlation of
// distances need before the pass.
//
// Idea: the bits of a positive float rise with its value, so that a shift of the bits is the cell. A sample
// tells where the distances lie; 2²⁰ cells between its ends leave a cell as narrow as float32 sees, and the
// few distances beyond share the two cells at the ends.
#pragma once

#include "core/base/task.h"
#include "core/engine/kernel_sums.h"
#include "core/engine/row_ranker.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace stratoscope::engine {

/// Counts of the N(N−1)/2 squared distances, by the cells of a RankTable.
class DistanceHistogram {
  public:
    /// sample: squared distances of some pairs.
    explicit DistanceHistogram(std::span<const float> sample);

    /// With a cell for each float32 around the median of the sample, so that settle_median() is exact; the
    /// rest shares the two cells at the ends.
    [[nodiscard]] static DistanceHistogram around_median(std::vector<float> sample);

    void add(std::span<const float> d2);
    /// What was counted elsewhere. counts: by cell of cells().
    void add_counts(std::span<const std::int64_t> counts);
    /// Without their ranks.
    [[nodiscard]] const RankTable& cells() const noexcept { return cells_; }

    /// The median distance (not squared), the mean of the middle two where the number of pairs is even; from
    /// the distances themselves where they were kept, else to about 10⁻⁶ of itself. 0 where over half the
    /// pairs are equal images.
    [[nodiscard]] double median() const;
    /// Takes the exact median of these, all that were added; they are put in another order.
    void settle_median(std::vector<float>& all);
    /// Takes the exact median of the same distances counted around_median(), if it lies there.
    void settle_median(const DistanceHistogram& around_median);
    [[nodiscard]] RankTable ranks() const;

  private:
    DistanceHistogram() = default;
    [[nodiscard]] double at(double place) const;

    RankTable cells_;
    std::vector<std::uint64_t> count_;
    std::uint64_t total_ = 0;
    std::optional<double> median_;
};

/// One histogram a layer, from half of all products. The same whatever the number of threads.
[[nodiscard]] std::vector<DistanceHistogram> distance_histograms(const PreparedLayers& layers,
                                                                 bool pack_as_needed, const Task& task);

} // namespace stratoscope::engine
