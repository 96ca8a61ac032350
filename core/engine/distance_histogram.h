// All pairs' distances of a layer, counted: what a bandwidth (their median) and a rank correlation of
// distances need before the pass.
//
// Idea: the bits of a positive float rise with its value, so that a shift of the bits is the cell. A sample
// tells where the distances lie; 2²⁰ cells between its ends, and some room, leave a cell as narrow as float32
// sees, and the few distances beyond share the two cells at the ends.
#pragma once

#include "core/engine/rank_table.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace stratoscope::engine {

/// Where the cells of a histogram lie: those of a RankTable.
struct DistanceCells {
    std::uint32_t lowest_bits = 0;
    unsigned shift = 0;
    std::size_t count = 0;
};

/// least, most: of the squared distances of some pairs, but 0; both 0 where there are no others. Beyond them
/// there is some room.
[[nodiscard]] DistanceCells cells_between(float least, float most);

/// Counts of the N(N−1)/2 squared distances, by the cells of a RankTable.
class DistanceHistogram {
  public:
    static constexpr std::size_t most_cells = std::size_t{1} << 20;

    /// sample: squared distances of some pairs.
    explicit DistanceHistogram(std::span<const float> sample);
    explicit DistanceHistogram(const DistanceCells& cells);

    void add(std::span<const float> d2);
    [[nodiscard]] std::size_t cell_count() const noexcept { return count_.size(); }
    /// Adds to counts by cell that are the caller's, one a thread, of at most 2³² − 1 distances.
    void count(std::span<const float> d2, std::span<std::uint32_t> counts) const;
    /// What was counted elsewhere, by cell.
    void add_counts(std::span<const std::uint32_t> counts);
    void add_counts(std::span<const std::int32_t> counts);
    void add_counts(std::span<const std::int64_t> counts);

    /// The median distance (not squared), the mean of the middle two where the number of pairs is even; from
    /// the distances themselves where they were kept, else to about 10⁻⁶ of itself. 0 where over half the
    /// pairs are equal images.
    [[nodiscard]] double median() const;
    /// All distances from `low` to `high` have the middle two among them, at these places in their order.
    struct Middle {
        float low;
        float high;
        std::uint64_t lower;
        std::uint64_t upper;
    };
    [[nodiscard]] Middle middle() const;
    /// Takes the median of these, the middle two squared distances (one and the same of an odd number).
    void settle_median(float lower, float upper);
    [[nodiscard]] RankTable ranks() const;
    /// Quicker ones that do instead, where there are. table: of ranks().
    [[nodiscard]] std::optional<RankLines> lines(const RankTable& table) const {
        return RankLines::of(table, count_);
    }

  private:
    template <class Count>
    void add_counted(std::span<const Count> counts);
    [[nodiscard]] double at(double place) const;

    RankTable cells_;
    std::vector<std::uint64_t> count_;
    std::uint64_t total_ = 0;
    std::optional<double> median_;
};

} // namespace stratoscope::engine
