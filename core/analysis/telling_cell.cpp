#include "core/analysis/telling_cell.h"

#include "core/analysis/model_block.h"
#include "core/data/dataset.h"

#include <vector>

namespace stratoscope::analysis {

std::optional<ComparisonCell> most_telling_cell(const Comparison& comparison) {
    const std::vector<ComparedLayer>& rows = comparison.rows;
    const std::vector<ComparedLayer>& columns = comparison.columns;
    std::vector<std::size_t> row_of_column;
    row_of_column.reserve(columns.size());
    for (const ComparedLayer& column : columns)
        row_of_column.push_back(row_of(comparison, column));
    std::optional<ComparisonCell> most;
    double highest = 0.0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const std::size_t back = column_of(comparison, rows[r]);
        for (std::size_t c = 0; c < columns.size(); ++c) {
            if (rows[r].model == columns[c].model || rows[r].family == statistics_family ||
                columns[c].family == statistics_family)
                continue;
            double difference = unlikeness(comparison, r, c);
            if (comparison.directed() && row_of_column[c] < rows.size() && back < columns.size())
                difference -= unlikeness(comparison, row_of_column[c], back);
            if (difference > highest) {
                highest = difference;
                most = ComparisonCell{r, c};
            }
        }
    }
    return most;
}

} // namespace stratoscope::analysis
