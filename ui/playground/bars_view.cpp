#include "ui/playground/bars_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace stratoscope::ui {

BarsView::BarsView(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumHeight(84);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void BarsView::setStyle_(const Style& style) {
    style_ = style;
    layout_ = RankBarsLayout(scene_, QRectF(rect()), style_);
    update();
}

void BarsView::setScene(RankBarsScene scene) {
    scene_ = std::move(scene);
    layout_ = RankBarsLayout(scene_, QRectF(rect()), style_);
    update();
}

void BarsView::paintEvent(QPaintEvent*) {
    scene_.focused = hasFocus();
    QPainter painter(this);
    paintRankBars(painter, scene_, layout_, style_);
}

void BarsView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    layout_ = RankBarsLayout(scene_, QRectF(rect()), style_);
}

void BarsView::choose(QPointF point) {
    const auto image = layout_.imageAt(point);
    if (image && image != scene_.chosen)
        Q_EMIT chosen(*image);
}

void BarsView::mouseMoveEvent(QMouseEvent* event) {
    choose(event->position());
}

void BarsView::mousePressEvent(QMouseEvent* event) {
    choose(event->position());
}

void BarsView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Left || event->key() == Qt::Key_PageUp)
        Q_EMIT stepped(-1);
    else if (event->key() == Qt::Key_Right || event->key() == Qt::Key_PageDown)
        Q_EMIT stepped(1);
    else
        QWidget::keyPressEvent(event);
}

} // namespace stratoscope::ui
