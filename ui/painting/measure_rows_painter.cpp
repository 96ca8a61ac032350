#include "ui/painting/measure_rows_painter.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace stratoscope::ui {
namespace {

constexpr double leastRow = 1.45; // in heights of the text
constexpr double mostRow = 2.3;

} // namespace

MeasureRowsLayout::MeasureRowsLayout(const std::vector<MeasureRow>& rows, const QRectF& area,
                                     const Style& style)
    : area_(area), rows_(rows.size()) {
    const QFontMetricsF metrics(style.small());
    const QFontMetricsF bold(style.bold());
    double names = 0.0;
    for (const MeasureRow& row : rows)
        names = std::max(names, (row.emphasised ? bold : metrics).horizontalAdvance(row.name));
    heading_ = 1.25 * metrics.height();
    // Where there is room, air between the rows.
    const double share = rows_ > 0 ? (area.height() - heading_) / static_cast<double>(rows_) : 0.0;
    rowHeight_ = std::clamp(share, leastRow * metrics.height(), mostRow * metrics.height());
    valuesEnd_ = area.left() + names + 8.0 * style.unit + bold.horizontalAdvance(QStringLiteral("−0.000"));
    track_ = QRectF(QPointF(valuesEnd_ + 12.0 * style.unit, area.top() + heading_),
                    QPointF(area.right() - 6.0 * style.unit,
                            area.top() + heading_ + static_cast<double>(rows_) * rowHeight_));
}

double MeasureRowsLayout::heightNeeded() const {
    return heading_ + static_cast<double>(rows_) * rowHeight_;
}

QRectF MeasureRowsLayout::row(std::size_t at) const {
    return {area_.left(), area_.top() + heading_ + static_cast<double>(at) * rowHeight_, area_.width(),
            rowHeight_};
}

double MeasureRowsLayout::x(double likeness) const {
    return track_.left() + std::clamp(likeness, 0.0, 1.0) * std::max(1.0, track_.width());
}

void paintMeasureRows(QPainter& painter, const std::vector<MeasureRow>& rows, const MeasureRowsLayout& layout,
                      const Style& style) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, true);
    const QFontMetricsF metrics(style.small());
    const QRectF track = layout.track();
    const QRectF heading(track.left() - 6.0 * style.unit, track.top() - layout.headingHeight(),
                         track.width() + 12.0 * style.unit, layout.headingHeight());
    painter.setFont(style.small());
    painter.setPen(style.muted);
    const QString left = QStringLiteral("unrelated");
    const QString right = QStringLiteral("same");
    const bool apart = heading.width() > metrics.horizontalAdvance(left + QStringLiteral("  ") + right);
    if (apart)
        painter.drawText(heading, Qt::AlignLeft | Qt::AlignTop, left);
    painter.drawText(heading, Qt::AlignRight | Qt::AlignTop | Qt::TextDontClip,
                     apart ? right : left + QStringLiteral(" – ") + right);
    for (std::size_t at = 0; at < rows.size(); ++at) {
        const QRectF row = layout.row(at);
        painter.setFont(rows[at].emphasised ? style.bold() : style.small());
        painter.setPen(style.text);
        painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, rows[at].name);
        painter.drawText(QRectF(row.left(), row.top(), layout.valuesEnd() - row.left(), row.height()),
                         Qt::AlignRight | Qt::AlignVCenter, rows[at].value);
        const double y = row.center().y();
        painter.setPen(QPen(style.border, 2.0 * style.unit, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(track.left(), y), QPointF(track.right(), y));
        if (!std::isfinite(rows[at].likeness))
            continue;
        const QColor colour = rows[at].emphasised ? style.selected : style.accent;
        painter.setPen(QPen(colour, 2.0 * style.unit, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(track.left(), y), QPointF(layout.x(rows[at].likeness), y));
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawEllipse(QPointF(layout.x(rows[at].likeness), y), 4.5 * style.unit, 4.5 * style.unit);
    }
    painter.restore();
}

} // namespace stratoscope::ui
