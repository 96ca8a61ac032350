#include "core/analysis/retention.h"

#include "core/analysis/model_block.h"

#include <algorithm>
#include <limits>

namespace stratoscope::analysis {

std::vector<RetentionCurve> retention(const Comparison& comparison, const std::string& statistics_layer) {
    const auto is_statistics = [&](const ComparedLayer& layer) {
        return layer.family == statistics_family && layer.layer == statistics_layer;
    };
    const auto column = static_cast<std::size_t>(std::ranges::find_if(comparison.columns, is_statistics) -
                                                 comparison.columns.begin());
    const auto row = static_cast<std::size_t>(std::ranges::find_if(comparison.rows, is_statistics) -
                                              comparison.rows.begin());
    std::vector<RetentionCurve> curves;
    if (column == comparison.columns.size() || row == comparison.rows.size())
        return curves;
    const auto error = [&](std::size_t r, std::size_t c) {
        return comparison.standard_error.empty() ? std::numeric_limits<double>::quiet_NaN()
                                                 : comparison.standard_error(r, c);
    };
    for (const ModelRange& range : model_ranges(comparison.rows)) {
        if (range.family == statistics_family)
            continue;
        RetentionCurve curve{range.model, range.title, range.family, {}};
        for (const std::size_t layer : steps_of(comparison.rows, range.model)) {
            const std::size_t back = column_of(comparison, comparison.rows[layer]);
            if (back == comparison.columns.size())
                continue;
            curve.points.push_back({layer, comparison.rows[layer].depth,
                                    unlikeness(comparison, layer, column), unlikeness(comparison, row, back),
                                    error(layer, column), error(row, back)});
        }
        if (!curve.points.empty())
            curves.push_back(std::move(curve));
    }
    return curves;
}

} // namespace stratoscope::analysis
