// Where each model's layers stand in a comparison.
#pragma once

#include "core/data/comparison.h"

#include <cstddef>
#include <string>
#include <vector>

namespace stratoscope::analysis {

/// Neighbouring rows (or columns) of one model.
struct ModelRange {
    std::string model;
    std::string title;
    std::string family;
    std::size_t first = 0;
    std::size_t count = 0;
    [[nodiscard]] std::size_t end() const noexcept { return first + count; }
    bool operator==(const ModelRange&) const = default;
};

[[nodiscard]] std::vector<ModelRange> model_ranges(const std::vector<ComparedLayer>& layers);

/// The processing steps of one model in order: indices into `layers`, one a step. Where steps were saved with
/// several poolings, the pooling that most steps have.
[[nodiscard]] std::vector<std::size_t> steps_of(const std::vector<ComparedLayer>& layers,
                                                const std::string& model);

/// How unlike two layers are by this comparison, whatever its sense: the value, or 1 − value of a similarity.
[[nodiscard]] double unlikeness(const Comparison& comparison, std::size_t row, std::size_t column);

/// The column that is the same layer as a row, or columns.size().
[[nodiscard]] std::size_t column_of(const Comparison& comparison, const ComparedLayer& layer);
/// The row that is the same layer as a column, or rows.size().
[[nodiscard]] std::size_t row_of(const Comparison& comparison, const ComparedLayer& layer);

} // namespace stratoscope::analysis
