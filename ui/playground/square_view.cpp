#include "ui/playground/square_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace stratoscope::ui {

SquareView::SquareView(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(180, 180);
    QSizePolicy square(QSizePolicy::Expanding, QSizePolicy::Preferred);
    square.setHeightForWidth(true);
    setSizePolicy(square);
    setToolTip(
        QStringLiteral("Drag a point. By keyboard: type an image's number, move it with the arrow keys "
                       "(with Shift, further); Page Up and Page Down choose the one before and the "
                       "next"));
}

void SquareView::setStyle_(const Style& style) {
    style_ = style;
    layout_ = PointSquareLayout(QRectF(rect()), style_, scene_.nearest);
    update();
}

void SquareView::setScene(PointSquareScene scene) {
    const bool resized = scene.nearest != scene_.nearest;
    scene_ = std::move(scene);
    if (resized)
        layout_ = PointSquareLayout(QRectF(rect()), style_, scene_.nearest);
    update();
}

void SquareView::paintEvent(QPaintEvent*) {
    scene_.focused = hasFocus();
    QPainter painter(this);
    paintPointSquare(painter, scene_, layout_, style_);
}

void SquareView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    layout_ = PointSquareLayout(QRectF(rect()), style_, scene_.nearest);
}

void SquareView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    const auto image = layout_.imageAt(scene_.places, event->position());
    if (!image)
        return;
    held_ = image;
    grip_ = layout_.at(scene_.places[*image]) - event->position();
    setCursor(Qt::ClosedHandCursor);
    Q_EMIT dragBegan();
    Q_EMIT chosen(*image);
}

void SquareView::mouseMoveEvent(QMouseEvent* event) {
    if (held_ && !event->buttons().testFlag(Qt::LeftButton))
        letGo(); // its release went to a window that was closed under the mouse
    if (held_) {
        Q_EMIT moved(*held_, layout_.placeAt(event->position() + grip_));
        return;
    }
    const auto image = layout_.imageAt(scene_.places, event->position());
    setCursor(image ? Qt::OpenHandCursor : Qt::ArrowCursor);
    if (image != scene_.hovered)
        Q_EMIT hovered(image);
}

void SquareView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !held_)
        return;
    letGo();
}

void SquareView::letGo() {
    held_.reset();
    setCursor(Qt::OpenHandCursor);
    Q_EMIT dragEnded();
}

void SquareView::keyPressEvent(QKeyEvent* event) {
    const double step = event->modifiers().testFlag(Qt::ShiftModifier) ? 0.05 : 0.01;
    switch (event->key()) {
    case Qt::Key_Left:
        Q_EMIT nudged({-step, 0.0});
        break;
    case Qt::Key_Right:
        Q_EMIT nudged({step, 0.0});
        break;
    case Qt::Key_Up:
        Q_EMIT nudged({0.0, -step});
        break;
    case Qt::Key_Down:
        Q_EMIT nudged({0.0, step});
        break;
    case Qt::Key_PageUp:
        Q_EMIT stepped(-1);
        break;
    case Qt::Key_PageDown:
        Q_EMIT stepped(1);
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

void SquareView::leaveEvent(QEvent*) {
    if (scene_.hovered && !held_)
        Q_EMIT hovered(std::nullopt);
}

} // namespace stratoscope::ui
