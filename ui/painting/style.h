// Colours, type and measures of everything that is painted: screen (light, dark) and paper differ in nothing
// else.
#pragma once

#include <QColor>
#include <QFont>

#include <cstddef>

namespace stratoscope::ui {

struct Style {
    bool dark = false;
    QColor window; ///< behind the cards
    QColor card;   ///< behind pictures
    QColor border; ///< around cards, axes
    QColor text;
    QColor muted; ///< secondary text
    QColor grid;
    QColor accent;   ///< what can be acted on
    QColor selected; ///< what was clicked, seen on every colour of the map
    QColor shared;   ///< rings of shared neighbours
    QColor good;
    QColor warning;
    QColor bad;
    QColor undefined;    ///< behind the hatching of cells without a value
    QFont font;          ///< of ordinary text; the rest is in proportion
    double unit = 1.0;   ///< a hairline's width and the scale of gaps: 1 on screen, in device units elsewhere
    bool vector = false; ///< paper: rectangles instead of pictures, text as text

    [[nodiscard]] QFont small() const;
    [[nodiscard]] QFont bold() const;
    [[nodiscard]] QFont heading() const;
    /// Of the n-th model: Okabe and Ito's palette, told apart by colour-blind readers, lightened on dark.
    [[nodiscard]] QColor model(std::size_t n) const;
};

[[nodiscard]] Style lightStyle(const QFont& font);
[[nodiscard]] Style darkStyle(const QFont& font);
/// Black on white without cards; pixelsPerPoint: device units in a point.
[[nodiscard]] Style paperStyle(double fontPoints, double pixelsPerPoint);

} // namespace stratoscope::ui
