#include "ui/tour/spotlight.h"

#include <QPainter>

namespace stratoscope::ui {
namespace {

constexpr int line = 3;

} // namespace

Spotlight::Spotlight(QWidget* over) : QWidget(over) {
    setObjectName(QStringLiteral("spotlight"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    hide();
}

void Spotlight::setColour(const QColor& colour) {
    colour_ = colour;
    update();
}

void Spotlight::showAround(const QRect& shown) {
    setGeometry(shown.adjusted(-line, -line, line, line).intersected(parentWidget()->rect()));
    show();
}

void Spotlight::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour_, line));
    painter.drawRoundedRect(QRectF(rect()).adjusted(line / 2.0, line / 2.0, -line / 2.0, -line / 2.0), 7.0,
                            7.0);
}

} // namespace stratoscope::ui
