#include "ui/painting/plane_painter.h"

#include "core/analysis/model_block.h"

#include <QPainter>

#include <cmath>

namespace stratoscope::ui {

namespace {

bool undirected(const PlaneScene& scene) {
    return scene.against && !scene.against->directed() && !scene.comparison->directed();
}

// Where each layer of some stands among others; the others' number for one that is missing.
template <class Find>
std::vector<std::size_t> places(const std::vector<ComparedLayer>& layers, const Find& find) {
    std::vector<std::size_t> out;
    for (const ComparedLayer& layer : layers)
        out.push_back(find(layer));
    return out;
}

} // namespace

MatrixCell pointOf(const PlaneScene& scene, const MatrixCell& cell) {
    if (!scene.comparison || !undirected(scene))
        return cell;
    const MatrixCell mirrored{analysis::row_of(*scene.comparison, scene.comparison->columns[cell.column]),
                              analysis::column_of(*scene.comparison, scene.comparison->rows[cell.row])};
    const bool there =
        mirrored.row < scene.comparison->rows.size() && mirrored.column < scene.comparison->columns.size();
    return there && mirrored.row < cell.row ? mirrored : cell;
}

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
    placePoints(scene);
    placeLabels(scene.scale, false, style);
    placeLabels(scene.against ? scene.againstScale : scene.scale, true, style);
}

void PlaneLayout::placePoints(const PlaneScene& scene) {
    const Comparison& comparison = *scene.comparison;
    // The other value of a pair: of the other measure in the same cell, or of this one in the mirrored cell.
    const Comparison& other = scene.against ? *scene.against : comparison;
    const ValueScale& otherScale = scene.against ? scene.againstScale : scene.scale;
    const auto inRows = [&](const ComparedLayer& layer) { return analysis::row_of(other, layer); };
    const auto inColumns = [&](const ComparedLayer& layer) { return analysis::column_of(other, layer); };
    const auto ofRow = scene.against ? places(comparison.rows, inRows) : places(comparison.rows, inColumns);
    const auto ofColumn =
        scene.against ? places(comparison.columns, inColumns) : places(comparison.columns, inRows);
    const auto columnOfRow = places(
        comparison.rows, [&](const ComparedLayer& layer) { return analysis::column_of(comparison, layer); });
    const auto rowOfColumn = places(
        comparison.columns, [&](const ComparedLayer& layer) { return analysis::row_of(comparison, layer); });
    const auto isMirrorImage = [&, both = undirected(scene)](std::size_t r, std::size_t c) {
        return both && rowOfColumn[c] < r && columnOfRow[r] < comparison.columns.size(); // see pointOf()
    };
    for (std::size_t r = 0; r < comparison.rows.size(); ++r) {
        for (std::size_t c = 0; c < comparison.columns.size(); ++c) {
            const std::size_t row = scene.against ? ofRow[r] : ofColumn[c];
            const std::size_t column = scene.against ? ofColumn[c] : ofRow[r];
            if (columnOfRow[r] == c || row >= other.rows.size() || column >= other.columns.size() ||
                isMirrorImage(r, c))
                continue;
            const double x = scene.scale.position(comparison.value(r, c));
            const double y = otherScale.position(other.value(row, column));
            if (std::isfinite(x) && std::isfinite(y))
                points_.push_back(
                    {{r, c}, {plot_.left() + x * plot_.width(), plot_.bottom() - y * plot_.height()}});
        }
    }
}

// Labels that would touch are left out; the ends come first. They stay within the axis: in the corner two
// axes meet.
void PlaneLayout::placeLabels(const ValueScale& scale, bool vertical, const Style& style) {
    const QFontMetricsF metrics(style.small());
    std::vector<std::pair<double, double>> taken;
    auto ticks = scale.ticks();
    std::stable_partition(ticks.begin(), ticks.end(), [](const ScaleTick& tick) { return tick.end; });
    for (const ScaleTick& tick : ticks) {
        const double advance = metrics.horizontalAdvance(tick.label);
        QPointF at;
        if (vertical)
            at = {plot_.left() - advance - 4.0 * style.unit,
                  std::min(plot_.bottom(),
                           plot_.bottom() - tick.position * plot_.height() + metrics.ascent() / 2.5)};
        else
            at = {
                std::max(plot_.left(), std::min(plot_.left() + tick.position * plot_.width() - advance / 2.0,
                                                plot_.right() - advance)),
                plot_.bottom() + metrics.height()};
        const double from = vertical ? at.y() - 0.85 * metrics.height() : at.x();
        const double to = vertical ? at.y() : at.x() + advance + 6.0 * style.unit;
        if (std::ranges::any_of(taken,
                                [&](const auto& other) { return from < other.second && other.first < to; }))
            continue;
        taken.emplace_back(from, to);
        labels_.push_back({at, tick.label});
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
    const int alpha = layout.points().size() > 1500 ? 60 : 110;
    dot.setAlpha(scene.stale ? alpha * 2 / 5 : alpha);
    painter.setPen(Qt::NoPen);
    painter.setBrush(dot);
    const double radius = 1.6 * style.unit;
    for (const auto& point : layout.points())
        painter.drawEllipse(point.at, radius, radius);
    painter.setFont(style.small());
    const QFontMetricsF metrics(style.small());
    painter.setPen(style.muted);
    for (const auto& label : layout.labels())
        painter.drawText(label.at, label.text);
    const QString across = metrics.elidedText(scene.across, Qt::ElideRight, plot.width() + 30.0 * style.unit);
    const QString up = metrics.elidedText(scene.up, Qt::ElideRight, plot.height() + 10.0 * style.unit);
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
