// Where a value stands between "same" and "unrelated", and how a scale of values is labelled.
#pragma once

#include "core/data/comparison.h"

#include <QString>

#include <vector>

namespace stratoscope::ui {

enum class ScaleKind { logarithmic, linear };

struct ScaleTick {
    double position = 0.0; ///< 0…1
    QString label;
    bool end = false; ///< the floor or the null
};

class ValueScale {
  public:
    ValueScale() = default;
    /// From the floor (same) to the null (unrelated) of a comparison, medians where they differ from cell to
    /// cell. Similarities are drawn linearly whatever is asked: their values do not crowd at one end.
    ValueScale(const Comparison& comparison, ScaleKind kind);
    ValueScale(double same, double unrelated, ScaleKind kind);

    /// 0 = same, 1 = unrelated, clamped; NaN stays NaN.
    [[nodiscard]] double position(double value) const;
    [[nodiscard]] double valueAt(double position) const;
    [[nodiscard]] double same() const { return same_; }
    [[nodiscard]] double unrelated() const { return unrelated_; }
    [[nodiscard]] ScaleKind kind() const { return kind_; }
    /// Both ends and round values between them.
    [[nodiscard]] std::vector<ScaleTick> ticks() const;

  private:
    double same_ = 0.01;
    double unrelated_ = 1.0;
    ScaleKind kind_ = ScaleKind::logarithmic;
};

/// Two significant digits, as readouts and axes show values: 0.031, 0.57, 1, −0.12. For eyes alone: files
/// have the hyphen that programs read.
[[nodiscard]] QString shortNumber(double value);

/// "1st", "22nd", "978th"; a mid-rank that ties made fractional is rounded.
[[nodiscard]] QString ordinal(double rank);

/// A written number with the minus of typography, as wide as a digit, for its hyphen.
[[nodiscard]] QString withMinus(QString number);

} // namespace stratoscope::ui
