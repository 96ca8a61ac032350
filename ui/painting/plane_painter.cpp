#include "ui/painting/plane_painter.h"

#include "core/analysis/model_block.h"

#include <QPainter>

#include <cmath>

namespace stratoscope::ui {

PlaneLayout::PlaneLayout(const PlaneScene& scene, const QRectF& area, const Style& style) {
    const QFontMetricsF metrics(style.small());
    const double left =
        metrics.horizontalAdvance(QStringLiteral("0.000")) + metrics.height() + 8.0 * style.unit;
    const double bottom = 2.0 * metrics.height() + 8.0 * style.unit;
    const double side = std::max(
        20.0, std::min(area.width() - left - 4.0 * style.unit, area.height() - bottom - 6.0 * style.unit));
    plot_ = QRectF(area.left() + left, area.top() + 4.0 * style.unit, side, side);
    if (!scene.comparison)
        return;
    const Comparison& comparison = *scene.comparison;
    std::vector<std::size_t> backRow(comparison.columns.size());
    for (std::size_t c = 0; c < backRow.size(); ++c)
        backRow[c] = analysis::row_of(comparison, comparison.columns[c]);
    for (std::size_t r = 0; r < comparison.rows.size(); ++r) {
        const std::size_t backColumn = analysis::column_of(comparison, comparison.rows[r]);
        if (backColumn == comparison.columns.size())
            continue;
        for (std::size_t c = 0; c < comparison.columns.size(); ++c) {
            if (backRow[c] == comparison.rows.size() || backColumn == c)
                continue;
            const double x = scene.scale.position(comparison.value(r, c));
            const double y = scene.scale.position(comparison.value(backRow[c], backColumn));
            if (std::isfinite(x) && std::isfinite(y))
                points_.push_back(
                    {{r, c}, {plot_.left() + x * plot_.width(), plot_.bottom() - y * plot_.height()}});
        }
    }
}

std::optional<MatrixCell> PlaneLayout::cellNear(QPointF point, double reach) const {
    std::optional<MatrixCell> nearest;
    double least = reach * reach;
    for (const Point& candidate : points_) {
        const QPointF apart = candidate.at - point;
        const double squared = QPointF::dotProduct(apart, apart);
        if (squared <= least) {
            least = squared;
            nearest = candidate.cell;
        }
    }
    return nearest;
}

void paintPlane(QPainter& painter, const PlaneScene& scene, const PlaneLayout& layout, const Style& style) {
    painter.save();
    const QRectF plot = layout.plot();
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(QPen(style.grid, style.unit));
    painter.drawLine(plot.bottomLeft(), plot.topRight());
    painter.setPen(QPen(style.border, style.unit));
    painter.drawLine(plot.topLeft(), plot.bottomLeft());
    painter.drawLine(plot.bottomLeft(), plot.bottomRight());

    QColor dot = style.muted;
    dot.setAlpha(layout.points().size() > 1500 ? 60 : 110);
    painter.setPen(Qt::NoPen);
    painter.setBrush(dot);
    const double radius = 1.6 * style.unit;
    for (const auto& point : layout.points())
        painter.drawEllipse(point.at, radius, radius);
    painter.setFont(style.small());
    const QFontMetricsF metrics(style.small());
    painter.setPen(style.muted);
    std::vector<std::pair<double, double>> taken; // by labels along the horizontal axis; its ends come first
    auto ticks = scene.scale.ticks();
    std::ranges::stable_partition(ticks, &ScaleTick::end);
    for (const ScaleTick& tick : ticks) {
        const double x = plot.left() + tick.position * plot.width();
        const double y = plot.bottom() - tick.position * plot.height();
        const double advance = metrics.horizontalAdvance(tick.label);
        const std::pair span(x - advance / 2.0 - 3.0 * style.unit, x + advance / 2.0 + 3.0 * style.unit);
        const bool room = std::ranges::none_of(
            taken, [&](const auto& other) { return span.first < other.second && other.first < span.second; });
        if (room)
            taken.push_back(span);
        if (room && plot.width() > 60.0 * style.unit)
            painter.drawText(QPointF(x - advance / 2.0, plot.bottom() + metrics.height()), tick.label);
        painter.drawText(QPointF(plot.left() - advance - 4.0 * style.unit, y + metrics.ascent() / 2.5),
                         tick.label);
    }
    const QString across = QStringLiteral("row → column");
    const QString up = QStringLiteral("column → row");
    painter.drawText(QPointF(plot.center().x() - metrics.horizontalAdvance(across) / 2.0,
                             plot.bottom() + 2.1 * metrics.height()),
                     across);
    painter.translate(plot.left() - metrics.horizontalAdvance(QStringLiteral("0.000")) - 9.0 * style.unit,
                      plot.center().y() + metrics.horizontalAdvance(up) / 2.0);
    painter.rotate(-90.0);
    painter.drawText(QPointF(0.0, 0.0), up);
    painter.restore();
    paintPlaneMarks(painter, scene, layout, style);
}

void paintPlaneMarks(QPainter& painter, const PlaneScene& scene, const PlaneLayout& layout,
                     const Style& style) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(Qt::NoPen);
    for (const auto& point : layout.points()) {
        const bool selected = scene.selected == point.cell;
        if (!selected && scene.hovered != point.cell)
            continue;
        painter.setBrush(selected ? style.selected : style.text);
        painter.drawEllipse(point.at, 5.0 * style.unit, 5.0 * style.unit);
    }
    painter.restore();
}

} // namespace stratoscope::ui
