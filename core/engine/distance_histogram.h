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

/// Where the cells of a histogram lie: those of a RankTable.
struct DistanceCells {
    std::uint32_t lowest_bits = 0;
    unsigned shift = 0;
    std::size_t count = 0;
};

/// least, most: of the squared distances of some pairs, but 0; both 0 where there are no others.
[[nodiscard]] DistanceCells cells_between(float least, float most);

/// Counts of the N(N−1)/2 squared distances, by the cells of a RankTable.
class DistanceHistogram {
  public:
    /// sample: squared distances of some pairs.
    explicit DistanceHistogram(std::span<const float> sample);
    explicit DistanceHistogram(const DistanceCells& cells);

    void add(std::span<const float> d2);
    /// What was counted elsewhere, by cell.
    void add_counts(std::span<const std::int32_t> counts);
    void add_counts(std::span<const std::int64_t> counts);

    /// The median distance (not squared), the mean of the middle two where the number of pairs is even; from
    /// the distances themselves where they were kept, else to about 10⁻⁶ of itself. 0 where over half the
    /// pairs are equal images.
    [[nodiscard]] double median() const;
    /// Takes the exact median of these, all that were added; they are put in another order.
    void settle_median(std::vector<float>& all);
    /// Takes the median of these, the middle two squared distances (one and the same of an odd number).
    void settle_median(float lower, float upper);
    [[nodiscard]] RankTable ranks() const;

  private:
    template <class Count>
    void add_counted(std::span<const Count> counts);
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
