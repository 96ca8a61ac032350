// The order of images by distance from one image in one layer, as float64 would have it, from float32
// distances: what float32 can't tell apart is asked again in float64, and that is little (BASELINE: 0 to 0.02
// questions a threshold on ordinary data).
#pragma once

#include "core/engine/open_doubts.h"
#include "core/engine/prepared_layer.h"
#include "core/engine/rank_counting.h"
#include "core/engine/row_scan.h"

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

namespace stratoscope::engine {

/// The nearest places in order. Places with equal distances form a run; position m's run is [run_begin[m],
/// run_end[m]).
struct NearestPlaces {
    std::vector<std::uint32_t> place; ///< indices into the row that was asked
    std::vector<std::uint32_t> run_begin;
    std::vector<std::uint32_t> run_end;

    [[nodiscard]] std::size_t size() const noexcept { return place.size(); }
    /// Among the k nearest: 1 for places before the run at the k-th place, an equal share of what is left for
    /// those in it, 0 beyond.
    [[nodiscard]] double weight(std::size_t position, std::size_t k) const;
    /// How many places have a weight above 0 for this k.
    [[nodiscard]] std::size_t involved(std::size_t k) const { return run_end[k - 1]; }
};

/// One row of distances at a time; keeps its scratch memory from row to row. One for each thread.
class NearOrder {
  public:
    /// distances: relative ones, in float32, of `image` to the images named by `columns` (all images in order
    /// when empty), +infinity at itself. Both must outlive the questions that follow.
    void look_at(const PreparedLayer& layer, std::size_t image, std::span<const float> distances,
                 std::span<const std::uint32_t> columns = {});

    /// The `count` nearest places and all that tie with the last of them. count < distances.size().
    void nearest(std::size_t count, NearestPlaces& out);

    /// 2 × mid-rank of each place: integers, so that sums do not depend on their order.
    /// Where `open` is given, what float32 can't tell apart may be left to it: out is complete, and must stay
    /// where it is until it has settled.
    void twice_mid_ranks(std::span<const std::uint32_t> places, std::span<std::uint32_t> out,
                         OpenDoubts* open = nullptr);

    [[nodiscard]] double exact_squared_distance(std::uint32_t place);
    /// a's distance against b's, as exact ones compare; these are computed only where the quick ones nearly
    /// agree.
    [[nodiscard]] std::strong_ordering compare(std::uint32_t a, std::uint32_t b);
    /// float64 distances computed since construction.
    [[nodiscard]] std::uint64_t rechecks() const noexcept { return rechecks_; }

  private:
    /// Outside these bounds float32 is never wrong about which of two is larger. A pair for each distance.
    void doubtful_around(std::span<const float> distances, std::vector<CountBounds>& out);
    [[nodiscard]] float doubtful_up_to(float distance);
    [[nodiscard]] std::size_t image_at(std::uint32_t place) const {
        return columns_.empty() ? place : columns_[place];
    }
    [[nodiscard]] double quick_squared_distance(std::uint32_t place);
    /// Whether float32 tells which of two places is nearer.
    [[nodiscard]] bool told_apart(std::uint32_t a, std::uint32_t b) const;
    [[nodiscard]] bool most_are_up_to(float distance) const;
    void collect_nearest(std::size_t count);
    void sort_found(std::size_t count);
    void find_doubts(std::span<const std::uint32_t> places, std::span<std::uint32_t> out, bool by_cells);
    void leave_open(std::span<const std::uint32_t> places, std::span<std::uint32_t> out, OpenDoubts& open);
    void settle_doubts(std::span<const std::uint32_t> places, std::span<std::uint32_t> out);

    const PreparedLayer* layer_ = nullptr;
    std::size_t image_ = 0;
    std::span<const float> distances_;
    std::span<const std::uint32_t> columns_;

    std::vector<double> exact_;
    std::vector<std::uint32_t> exact_of_row_; // which row exact_ was computed for
    std::vector<double> quick_;
    std::vector<std::uint32_t> quick_of_row_;
    std::vector<std::uint32_t> question_; // to OpenDoubts
    std::vector<std::uint32_t> question_of_row_;
    std::uint32_t row_ = 0;
    std::uint64_t rechecks_ = 0;

    FoundDistances near_; // all up to the largest bound, where they were looked for
    FoundDistances between_;
    CellCounter cells_;
    std::vector<PlacedDistance> candidates_;
    std::vector<float> selection_;
    std::vector<float> gathered_; // distances whose bounds are asked for
    std::vector<float> doubt_;
    std::vector<CountBounds> bounds_;
    std::vector<Counts> counts_;

    /// Two places that float32 can't tell apart, the first of them asked for.
    struct Doubt {
        std::uint32_t at;
        std::uint32_t other;
    };
    std::vector<Doubt> doubts_;
    std::vector<PlacedDistance> doubtful_; // between the bounds of one place asked for after the other
    struct DoubtfulEnd {
        std::uint32_t at; ///< of the places asked for
        std::size_t end;  ///< behind its last in doubtful_
    };
    std::vector<DoubtfulEnd> doubtful_ends_;
};

} // namespace stratoscope::engine
