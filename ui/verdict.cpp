#include "ui/verdict.h"

#include "ui/painting/value_scale.h"

#include <array>
#include <cmath>

namespace stratoscope::ui {
namespace {

struct Words {
    double below;
    const char* pattern;
    const char* brief;
};

constexpr std::array<Words, 5> verdicts{{
    {0.02, "predicts %1 very closely", "very closely"},
    {0.1, "predicts %1 closely", "closely"},
    {0.3, "predicts %1 well", "well"},
    {0.6, "predicts %1 in part", "in part"},
    {0.9, "predicts %1 weakly", "weakly"},
}};

Verdict worded(const char* pattern, const char* brief) {
    Verdict out{QLatin1String(pattern), QLatin1String(pattern), QLatin1String(brief), {}};
    out.words.remove(QStringLiteral(" %1"));
    return out;
}

} // namespace

Verdict verdict(double excess) {
    if (std::isnan(excess))
        return worded("is not defined for %1", "not defined");
    for (const auto& [below, pattern, brief] : verdicts)
        if (excess < below)
            return worded(pattern, brief);
    return worded("hardly predicts %1", "hardly");
}

Verdict verdict(const Comparison& comparison, std::size_t row, std::size_t column) {
    const double floor = comparison.floor(row, column);
    const double null = comparison.null_value(row, column);
    const double share = excess(comparison.value(row, column), floor, null);
    Verdict out = verdict(share);
    if (std::isfinite(share))
        out.explanation =
            QStringLiteral(
                "%1 of the way from the floor %2, a layer with itself, to the null %3, unrelated layers")
                .arg(shortNumber(share), shortNumber(floor), shortNumber(null));
    return out;
}

} // namespace stratoscope::ui
