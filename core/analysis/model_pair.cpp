#include "core/analysis/model_pair.h"

#include "core/analysis/model_block.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace stratoscope::analysis {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

double both_ways(const Comparison& comparison, std::size_t row, std::size_t column) {
    const double forward = unlikeness(comparison, row, column);
    const std::size_t back_row = row_of(comparison, comparison.columns[column]);
    const std::size_t back_column = column_of(comparison, comparison.rows[row]);
    if (back_row == comparison.rows.size() || back_column == comparison.columns.size())
        return forward;
    return (forward + unlikeness(comparison, back_row, back_column)) / 2.0;
}

} // namespace

SamePosition same_position(const Comparison& comparison, const std::string& row_model,
                           const std::string& column_model) {
    const std::vector<std::size_t> rows = steps_of(comparison.rows, row_model);
    const std::vector<std::size_t> columns = steps_of(comparison.columns, column_model);
    double diagonal = 0.0;
    double rest = 0.0;
    double rank = 0.0;
    std::size_t diagonals = 0;
    std::size_t others = 0;
    std::size_t ranked = 0;
    for (const std::size_t row : rows) {
        const auto nearest = std::ranges::min_element(columns, {}, [&](std::size_t column) {
            return std::abs(comparison.columns[column].depth - comparison.rows[row].depth);
        });
        if (nearest == columns.end())
            break;
        const double mine = unlikeness(comparison, row, *nearest);
        if (!std::isfinite(mine))
            continue;
        diagonal += mine;
        ++diagonals;
        double worse = 0.0;
        std::size_t compared = 0;
        for (const std::size_t column : columns) {
            const double theirs = unlikeness(comparison, row, column);
            if (column == *nearest || !std::isfinite(theirs))
                continue;
            rest += theirs;
            ++others;
            ++compared;
            worse += theirs > mine ? 1.0 : theirs == mine ? 0.5 : 0.0;
        }
        if (compared > 0) {
            rank += worse / static_cast<double>(compared);
            ++ranked;
        }
    }
    const auto mean = [](double sum, std::size_t count) {
        return count == 0 ? unknown : sum / static_cast<double>(count);
    };
    return {mean(diagonal, diagonals), mean(rest, others), mean(rank, ranked)};
}

MatchPath best_match_path(const Comparison& comparison, const std::string& row_model,
                          const std::string& column_model) {
    const std::vector<std::size_t> rows = steps_of(comparison.rows, row_model);
    const std::vector<std::size_t> columns = steps_of(comparison.columns, column_model);
    MatchPath path{{}, unknown, unknown};
    if (rows.empty() || columns.empty())
        return path;
    // Least sums would favour short paths, so a diagonal step counts as the two steps it saves (symmetric
    // DTW, Sakoe & Chiba 1978): then every path has the same total weight, and least sum is least mean.
    Matrix<double> cost(rows.size(), columns.size());
    Matrix<double> least(rows.size(), columns.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t j = 0; j < columns.size(); ++j) {
            cost(i, j) = both_ways(comparison, rows[i], columns[j]);
            if (!std::isfinite(cost(i, j)))
                cost(i, j) = 1.0; // a layer that can't be used is no reason to have no path: as unlike as
                                  // unrelated ones
            if (i == 0 && j == 0)
                least(i, j) = cost(i, j);
            else if (i == 0)
                least(i, j) = least(i, j - 1) + cost(i, j);
            else if (j == 0)
                least(i, j) = least(i - 1, j) + cost(i, j);
            else
                least(i, j) = std::min({least(i - 1, j - 1) + 2.0 * cost(i, j), least(i - 1, j) + cost(i, j),
                                        least(i, j - 1) + cost(i, j)});
        }
    double sum = 0.0;
    double apart = 0.0;
    for (std::size_t i = rows.size() - 1, j = columns.size() - 1;;) {
        path.cells.emplace_back(rows[i], columns[j]);
        sum += cost(i, j);
        apart += std::abs(comparison.rows[rows[i]].depth - comparison.columns[columns[j]].depth);
        if (i == 0 && j == 0)
            break;
        if (i > 0 && j > 0 && least(i, j) == least(i - 1, j - 1) + 2.0 * cost(i, j)) {
            --i;
            --j;
        } else if (i > 0 && (j == 0 || least(i, j) == least(i - 1, j) + cost(i, j))) {
            --i;
        } else {
            --j;
        }
    }
    std::ranges::reverse(path.cells);
    path.mean = sum / static_cast<double>(path.cells.size());
    path.depth_difference = apart / static_cast<double>(path.cells.size());
    return path;
}

} // namespace stratoscope::analysis
