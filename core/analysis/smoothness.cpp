#include "core/analysis/smoothness.h"

#include "core/analysis/model_block.h"
#include "core/data/dataset.h"

#include <cmath>
#include <limits>

namespace stratoscope::analysis {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

struct Cell {
    double value = unknown;
    double error = unknown;
};

Cell cell(const Comparison& comparison, std::size_t from, std::size_t to) {
    const std::size_t column = column_of(comparison, comparison.rows[to]);
    if (column == comparison.columns.size())
        return {};
    return {unlikeness(comparison, from, column),
            comparison.standard_error.empty() ? unknown : comparison.standard_error(from, column)};
}

StepCurve curve_through(const Comparison& comparison, const std::vector<std::size_t>& rows) {
    const ComparedLayer& first = comparison.rows[rows.front()];
    StepCurve curve{first.model, first.model_title, first.family, {}, std::nullopt, 0.0, unknown};
    double largest = -1.0;
    for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
        const Cell forward = cell(comparison, rows[i], rows[i + 1]);
        const Cell backward = cell(comparison, rows[i + 1], rows[i]);
        curve.steps.push_back({rows[i], rows[i + 1],
                               (comparison.rows[rows[i]].depth + comparison.rows[rows[i + 1]].depth) / 2.0,
                               forward.value, backward.value, forward.error, backward.error});
        const double both = (forward.value + backward.value) / 2.0;
        if (!std::isfinite(both))
            continue;
        curve.path_length += both;
        if (both > largest) {
            largest = both;
            curve.largest = i;
        }
    }
    const double ends = (cell(comparison, rows.front(), rows.back()).value +
                         cell(comparison, rows.back(), rows.front()).value) /
                        2.0;
    if (curve.path_length > 0.0)
        curve.straightness = ends / curve.path_length;
    return curve;
}

std::vector<std::size_t> nearest_to_even_depths(const Comparison& comparison,
                                                const std::vector<std::size_t>& rows, std::size_t steps) {
    std::vector<std::size_t> chosen;
    for (std::size_t s = 0; s <= steps; ++s) {
        const double depth = static_cast<double>(s) / static_cast<double>(steps);
        std::size_t best = rows.front();
        for (const std::size_t row : rows)
            if (std::abs(comparison.rows[row].depth - depth) < std::abs(comparison.rows[best].depth - depth))
                best = row;
        if (chosen.empty() || chosen.back() != best)
            chosen.push_back(best);
    }
    return chosen;
}

} // namespace

std::vector<StepCurve> smoothness(const Comparison& comparison) {
    std::vector<StepCurve> curves;
    for (const ModelRange& range : model_ranges(comparison.rows)) {
        const std::vector<std::size_t> rows = steps_of(comparison.rows, range.model);
        if (range.family != statistics_family && rows.size() >= 2 &&
            column_of(comparison, comparison.rows[rows.front()]) < comparison.columns.size())
            curves.push_back(curve_through(comparison, rows));
    }
    return curves;
}

std::vector<StepCurve> smoothness_at(const Comparison& comparison, std::size_t steps) {
    std::vector<StepCurve> curves;
    for (const ModelRange& range : model_ranges(comparison.rows)) {
        const std::vector<std::size_t> rows = steps_of(comparison.rows, range.model);
        if (range.family == statistics_family || steps == 0 || rows.size() < steps + 1 ||
            column_of(comparison, comparison.rows[rows.front()]) == comparison.columns.size())
            continue;
        const std::vector<std::size_t> chosen = nearest_to_even_depths(comparison, rows, steps);
        if (chosen.size() == steps + 1)
            curves.push_back(curve_through(comparison, chosen));
    }
    return curves;
}

} // namespace stratoscope::analysis
