#include "ui/painting/value_scale.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace stratoscope::ui {
namespace {

std::optional<double> median(const Matrix<double>& values) {
    std::vector<double> finite;
    for (const double value : values.values())
        if (std::isfinite(value))
            finite.push_back(value);
    if (finite.empty())
        return std::nullopt;
    const auto middle = finite.begin() + static_cast<std::ptrdiff_t>(finite.size() / 2);
    std::nth_element(finite.begin(), middle, finite.end());
    return *middle;
}

// Of a finite value.
QString twoDigits(double value) {
    if (std::abs(value) >= 0.995)
        return QString::number(value, 'f',
                               std::abs(value) < 9.95 && std::abs(value - std::round(value)) > 0.005 ? 2 : 0);
    if (std::abs(value) >= 0.0995)
        return QString::number(value, 'f', 2);
    if (std::abs(value) >= 0.00095)
        return QString::number(value, 'f', 3);
    return value == 0.0 ? QStringLiteral("0") : QString::number(value, 'g', 2);
}

} // namespace

QString withMinus(QString number) {
    return number.replace(QLatin1Char('-'), QChar(0x2212));
}

QString shortNumber(double value) {
    if (!std::isfinite(value))
        return QStringLiteral("–");
    return withMinus(twoDigits(value));
}

ValueScale::ValueScale(const Comparison& comparison, ScaleKind kind)
    : ValueScale(
          median(comparison.floor).value_or(comparison.definition.sense == Sense::distance ? 0.01 : 1.0),
          median(comparison.null_value).value_or(comparison.definition.sense == Sense::distance ? 1.0 : 0.0),
          comparison.definition.sense == Sense::distance ? kind : ScaleKind::linear) {}

ValueScale::ValueScale(double same, double unrelated, ScaleKind kind)
    : same_(same), unrelated_(unrelated), kind_(kind) {
    if (same_ <= 0.0 || unrelated_ <= 0.0 || same_ == unrelated_)
        kind_ = ScaleKind::linear;
}

double ValueScale::position(double value) const {
    if (std::isnan(value) || same_ == unrelated_)
        return value;
    const double position = kind_ == ScaleKind::logarithmic
                                ? std::log(std::max(value, 1e-300) / same_) / std::log(unrelated_ / same_)
                                : (value - same_) / (unrelated_ - same_);
    return std::clamp(position, 0.0, 1.0);
}

QString ordinal(double rank) {
    const long n = std::lround(rank);
    const long tens = n % 100;
    const char* ending = "th";
    if (tens < 11 || tens > 13)
        ending = n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" : n % 10 == 3 ? "rd" : "th";
    return QString::number(n) + QLatin1String(ending);
}

double ValueScale::valueAt(double position) const {
    return kind_ == ScaleKind::logarithmic ? same_ * std::pow(unrelated_ / same_, position)
                                           : same_ + position * (unrelated_ - same_);
}

std::vector<ScaleTick> ValueScale::ticks() const {
    std::vector<ScaleTick> ticks{{0.0, shortNumber(same_), true}, {1.0, shortNumber(unrelated_), true}};
    const double low = std::min(same_, unrelated_);
    const double high = std::max(same_, unrelated_);
    const auto add = [&](double value) {
        const double at = position(value);
        if (value > low && value < high && std::ranges::none_of(ticks, [&](const ScaleTick& tick) {
                return std::abs(tick.position - at) < 0.07;
            }))
            ticks.push_back({at, shortNumber(value), false});
    };
    if (kind_ == ScaleKind::logarithmic) {
        for (const double digit : {1.0, 5.0, 2.0})
            for (int exponent = -6; exponent <= 0; ++exponent)
                add(digit * std::pow(10.0, exponent));
    } else {
        for (int i = 2; i < 10; i += 2)
            add(std::round(10.0 * (low + (high - low) * i / 10.0)) / 10.0);
    }
    std::ranges::sort(ticks, {}, &ScaleTick::position);
    return ticks;
}

} // namespace stratoscope::ui
