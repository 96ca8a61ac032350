// Curves with error bands over relative depth: on screen in a QCustomPlot, on paper from the same
// description.
#pragma once

#include "ui/painting/style.h"

#include <QRectF>
#include <QString>

#include <cstddef>
#include <optional>
#include <vector>

class QCustomPlot;
class QPainter;

namespace stratoscope::ui {

struct Curve {
    QString name;
    std::size_t colour = 0; ///< n of Style::model()
    bool dashed = false;    ///< the other direction: no label of its own
    std::vector<double> depth;
    std::vector<double> value; ///< NaN is a gap
    std::vector<double> error; ///< the band is value ± error; empty or NaN for none
};

struct CurvePoint {
    std::size_t curve = 0;
    std::size_t point = 0;
    bool operator==(const CurvePoint&) const = default;
};

struct CurveFigure {
    std::vector<Curve> curves;
    QString xLabel;
    QString yLabel;
    bool logarithmic = true;
    std::optional<double> floor; ///< a dotted line, named
    std::optional<double> null;  ///< the same
    std::optional<CurvePoint> highlighted;
    bool stale = false;
};

/// Replaces everything the plot shows; it must have its size, since names at the ends of curves are moved
/// apart in pixels.
void applyCurves(QCustomPlot& plot, const CurveFigure& figure, const Style& style);

void paintCurves(QPainter& painter, const CurveFigure& figure, const QRectF& area, const Style& style);

/// Moves positions apart to at least `distance`, within low…high where there is room, each as little as
/// needed; order is kept.
[[nodiscard]] std::vector<double> movedApart(std::vector<double> wanted, double distance, double low,
                                             double high);

} // namespace stratoscope::ui
