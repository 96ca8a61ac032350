// Two models' block of a comparison: are layers at the same depth most alike, and which path through the
// block is?
#pragma once

#include "core/data/comparison.h"

#include <string>
#include <utility>
#include <vector>

namespace stratoscope::analysis {

/// "Same position" of MEASURES.md 7, over unlikenesses.
struct SamePosition {
    double diagonal_mean = 0.0; ///< of the cells nearest the diagonal of relative depth, one a row
    double rest_mean = 0.0;     ///< of all others
    /// Where the diagonal cell stands among its row's cells, from the most alike: 1 = always first, 0 =
    /// always last, 0.5 by lot; mean over rows, ties counted half.
    double diagonality = 0.0;
};

/// NaN in all where nothing is defined. Models by name.
[[nodiscard]] SamePosition same_position(const Comparison& comparison, const std::string& row_model,
                                         const std::string& column_model);

/// The monotone path of least mean unlikeness (both directions where there are both) from the block's first
/// to its last cell: dynamic time warping with steps right, down and diagonal.
struct MatchPath {
    std::vector<std::pair<std::size_t, std::size_t>>
        cells;                     ///< (row, column) of the comparison; empty where cells are undefined
    double mean = 0.0;             ///< unlikeness along it
    double depth_difference = 0.0; ///< mean |depth of row − depth of column| along it
};

[[nodiscard]] MatchPath best_match_path(const Comparison& comparison, const std::string& row_model,
                                        const std::string& column_model);

} // namespace stratoscope::analysis
