#include "ui/painting/two_ways_painter.h"

#include "ui/painting/value_scale.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>

namespace stratoscope::ui {

TwoWaysLayout::TwoWaysLayout(const TwoWaysScene& scene, const QRectF& area, const Style& style) {
    const QFontMetricsF metrics(style.small());
    const double left = metrics.horizontalAdvance(QStringLiteral("0.000")) + 1.4 * metrics.height();
    const double bottom = 2.3 * metrics.height();
    const double side = std::max(
        20.0, std::min(area.width() - left - 4.0 * style.unit, area.height() - bottom - 4.0 * style.unit));
    plot_ = QRectF(0.0, area.top() + 3.0 * style.unit, side, side);
    plot_.moveLeft(area.left() + left + (area.width() - left - 4.0 * style.unit - side) / 2.0);

    // Beside the floor, below which nothing can lie; a high one leaves no room there.
    const QPointF least = at({scene.floor, scene.floor});
    const bool high = scene.floor > 0.2;
    const QRectF inside(QPointF((high ? plot_.left() : least.x()) + 5.0 * style.unit, plot_.top() + 2.0),
                        QPointF(plot_.right(), (high ? plot_.bottom() : least.y()) - 3.0 * style.unit));
    const auto add = [&](const QString& text, bool atRight, bool atBottom) {
        QRectF box(inside.topLeft(), QSizeF(metrics.horizontalAdvance(text), metrics.height()));
        if (atRight)
            box.moveRight(inside.right());
        if (atBottom)
            box.moveBottom(inside.bottom());
        names_.push_back({text, box});
    };
    add(QStringLiteral("equivalent"), false, true);
    add(QStringLiteral("A tells B"), false, false);
    add(QStringLiteral("B tells A"), true, true);
    add(QStringLiteral("unrelated"), true, false);
}

QPointF TwoWaysLayout::at(QPointF values) const {
    return {plot_.left() + std::clamp(values.x() / most, 0.0, 1.0) * plot_.width(),
            plot_.bottom() - std::clamp(values.y() / most, 0.0, 1.0) * plot_.height()};
}

void paintTwoWays(QPainter& painter, const TwoWaysScene& scene, const TwoWaysLayout& layout,
                  const Style& style) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setFont(style.small());
    const QFontMetricsF metrics(style.small());
    const QRectF plot = layout.plot();

    painter.setPen(QPen(style.grid, style.unit));
    painter.drawLine(plot.bottomLeft(), plot.topRight());
    painter.setPen(QPen(style.grid, style.unit, Qt::DashLine));
    for (const double value : {scene.floor, scene.null_value}) {
        const QPointF at = layout.at({value, value});
        painter.drawLine(QPointF(at.x(), plot.top()), QPointF(at.x(), plot.bottom()));
        painter.drawLine(QPointF(plot.left(), at.y()), QPointF(plot.right(), at.y()));
    }
    painter.setPen(QPen(style.border, style.unit));
    painter.drawLine(plot.topLeft(), plot.bottomLeft());
    painter.drawLine(plot.bottomLeft(), plot.bottomRight());

    painter.setPen(style.muted);
    for (const double value : {scene.floor, scene.null_value}) {
        const QPointF at = layout.at({value, value});
        const QString label = shortNumber(value);
        const double width = metrics.horizontalAdvance(label);
        painter.drawText(QPointF(at.x() - width / 2.0, plot.bottom() + metrics.height()), label);
        painter.drawText(QPointF(plot.left() - width - 4.0 * style.unit, at.y() + metrics.ascent() / 2.5),
                         label);
    }
    painter.drawText(QPointF(plot.center().x() - metrics.horizontalAdvance(scene.across) / 2.0,
                             plot.bottom() + 1.95 * metrics.height()),
                     scene.across);
    painter.save();
    painter.translate(plot.left() - metrics.horizontalAdvance(QStringLiteral("0.000")) - 8.0 * style.unit,
                      plot.center().y() + metrics.horizontalAdvance(scene.up) / 2.0);
    painter.rotate(-90.0);
    painter.drawText(QPointF(0.0, 0.0), scene.up);
    painter.restore();

    for (const TwoWaysLayout::Name& name : layout.names())
        painter.drawText(name.area, Qt::AlignCenter | Qt::TextDontClip, name.text);

    std::vector<QPointF> way = scene.trail;
    if (scene.now)
        way.push_back(*scene.now);
    for (std::size_t at = 1; at < way.size(); ++at) {
        QColor colour = style.selected;
        colour.setAlphaF(static_cast<float>(at + 1) / static_cast<float>(way.size()) * 0.7F);
        painter.setPen(QPen(colour, 2.0 * style.unit, Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(layout.at(way[at - 1]), layout.at(way[at]));
    }
    if (scene.now) {
        painter.setPen(QPen(style.card, 1.5 * style.unit));
        painter.setBrush(style.selected);
        painter.drawEllipse(layout.at(*scene.now), 6.0 * style.unit, 6.0 * style.unit);
    }
    painter.restore();
}

} // namespace stratoscope::ui
