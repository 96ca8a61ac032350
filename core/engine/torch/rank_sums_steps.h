// Sums of the ranks that a row's neighbours in several layers have in one layer, on a GPU.
//
// Idea: around the distance of each place lies an interval within which others can't be told from it. How
// many lie below is its rank, when nothing else is inside but the twins of the place, which are as near as
// itself (interval_counts_steps.h counts both).
#pragma once

#include "core/engine/torch/distance_steps.h"
#include "core/engine/torch/interval_counts_steps.h"

namespace stratoscope::engine::rank_sums {

/// A row of the layer in which ranks are asked; arrays by column.
struct Row {
    const double* d2;
    double squared_length;
    double doubt;                   ///< as DeviceRows has it: 0 where distances are exact
    const std::int32_t* twin_group; ///< 0 without twins; or null
    std::int32_t own_group;
    const std::int32_t* twins; ///< images equal to it among the row's candidates, itself too; or null
};

/// The lists of the row: list l has its places from l · stride on.
struct Lists {
    const std::int64_t* place; ///< columns
    const double* there;       ///< 1, or 0 where there is no place
    std::int64_t stride;
    unsigned length; ///< places that may count

    [[nodiscard]] STRATOSCOPE_ON_BOTH std::int64_t at(unsigned slot) const {
        return (slot / length) * stride + slot % length;
    }
};

STRATOSCOPE_ON_BOTH interval_counts::Interval interval_of(const Row& row, const Lists& lists, unsigned slot,
                                                          double infinity) {
    const std::int64_t at = lists.at(slot);
    const double near = lists.there[at] > 0.0 ? row.d2[lists.place[at]] : 0.0;
    const double width = gpu::doubtful_width(row.doubt, row.squared_length, near);
    return {near - width, nextafter(near + width, infinity)}; // "at most x" is "below the number after x"
}

/// 2 × mid-rank of each slot, by slot, takes the place of the upper ends. Returns whether a rank could not be
/// told.
STRATOSCOPE_ON_BOTH bool ranks_by_slot(const interval_counts::Shared& shared, const Row& row,
                                       const Lists& lists, unsigned slots, unsigned thread,
                                       unsigned threads) {
    bool unsure = false;
    for (unsigned j = thread; j < shared.padded; j += threads) {
        const std::uint32_t slot = shared.low.number[j];
        if (slot >= slots)
            continue;
        shared.high[slot] = static_cast<double>(2 * shared.count[j] + shared.inside[j] + 1);
        const std::int64_t at = lists.at(slot);
        if (row.doubt == 0.0 || lists.there[at] == 0.0)
            continue;
        std::int32_t expected = 1;
        if (row.twins != nullptr) {
            const std::int64_t place = lists.place[at];
            const bool with_row = row.own_group > 0 && row.twin_group[place] == row.own_group;
            expected = row.twins[place] - (with_row ? 1 : 0);
        }
        unsure = unsure || static_cast<std::int32_t>(shared.inside[j]) != expected;
    }
    return unsure;
}

/// Of one list: Σ weight · 2 × mid-rank. weight: of its places.
STRATOSCOPE_ON_BOTH double sum_of(const interval_counts::Shared& shared, const Lists& lists, unsigned list,
                                  const double* weight) {
    double sum = 0.0;
    for (unsigned position = 0; position < lists.length; ++position)
        sum += weight[position] * shared.high[list * lists.length + position];
    return sum;
}

} // namespace stratoscope::engine::rank_sums
