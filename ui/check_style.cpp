#include "ui/check_style.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleOption>

#include <algorithm>

namespace stratoscope::ui {

CheckStyle::CheckStyle(const Style& style) : QProxyStyle(QStringLiteral("Fusion")), style_(style) {}

void CheckStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                               const QWidget* widget) const {
    if (element == PE_IndicatorCheckBox || element == PE_IndicatorItemViewItemCheck)
        drawCheck(*option, *painter);
    else
        QProxyStyle::drawPrimitive(element, option, painter, widget);
}

// Empty with an outline, or filled with a tick; a dash where some of what is below is ticked.
void CheckStyle::drawCheck(const QStyleOption& option, QPainter& painter) const {
    const bool usable = option.state.testFlag(State_Enabled);
    const bool ticked = option.state.testFlag(State_On);
    const bool partly = option.state.testFlag(State_NoChange);
    const QColor full = usable ? style_.accent : style_.muted;
    const bool hot = usable && option.state.testFlag(State_MouseOver);
    const double side = std::min({option.rect.width(), option.rect.height(), 14}) - 1.0;
    QRectF box(0.0, 0.0, side, side);
    box.moveCenter(QRectF(option.rect).center());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(ticked || partly || hot ? full : style_.muted, 1.0));
    painter.setBrush(ticked || partly ? full : style_.card);
    painter.drawRoundedRect(box, 2.5, 2.5);
    QPainterPath mark;
    const auto at = [&box](double x, double y) {
        return QPointF(box.left() + x * box.width(), box.top() + y * box.height());
    };
    if (ticked) {
        mark.moveTo(at(0.22, 0.52));
        mark.lineTo(at(0.42, 0.72));
        mark.lineTo(at(0.78, 0.28));
    } else if (partly) {
        mark.moveTo(at(0.25, 0.5));
        mark.lineTo(at(0.75, 0.5));
    }
    painter.setPen(QPen(style_.card, 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(mark);
    painter.restore();
}

} // namespace stratoscope::ui
