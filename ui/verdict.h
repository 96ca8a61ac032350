// How well one layer predicts another, in words.
#pragma once

#include "core/data/comparison.h"

#include <QString>

namespace stratoscope::ui {

struct Verdict {
    QString pattern;     ///< "predicts %1 weakly"
    QString words;       ///< "predicts weakly"
    QString brief;       ///< "weakly"
    QString explanation; ///< "0.70 of the way from the floor 0.040, a layer with itself, to the null 1, …"
    [[nodiscard]] QString of(const QString& other) const { return pattern.arg(other); }
};

/// excess: the share of the way from the floor (0: a layer with itself) to the null (1: unrelated layers),
/// which compares across measures, k and N; NaN where there is no value. The limits are round numbers, and
/// the words claim no more than they do:
///     below 0.02  "predicts very closely"      Δ = 0.05 where the floor is 0.04 and the null 1: 0.01
///     below 0.1   "predicts closely"
///     below 0.3   "predicts well"
///     below 0.6   "predicts in part"
///     below 0.9   "predicts weakly"
///     from there  "hardly predicts"            which a value beyond the null does as well
[[nodiscard]] Verdict verdict(double excess);

/// Of a cell, with its explanation.
[[nodiscard]] Verdict verdict(const Comparison& comparison, std::size_t row, std::size_t column);

} // namespace stratoscope::ui
