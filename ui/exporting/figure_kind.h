// The figures that can be written, by the names that menus and the command line use.
#pragma once

#include <QString>
#include <QStringList>

#include <optional>

namespace stratoscope::ui {

enum class FigureKind {
    matrix,
    smoothness,
    retention,
    readout,
    dimension,
    plane,    ///< one measure, both directions
    measures, ///< two measures, one against the other
    sensitivity,
    gallery,
    neighbours,
};

[[nodiscard]] QString nameOf(FigureKind kind);
[[nodiscard]] QString titleOf(FigureKind kind);
[[nodiscard]] std::optional<FigureKind> figureNamed(const QString& name);
[[nodiscard]] QStringList figureNames();
/// Height of a figure that is as wide as 1.
[[nodiscard]] double usualHeight(FigureKind kind);

} // namespace stratoscope::ui
