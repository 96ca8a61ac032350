#include "ui/dialogs/preprocessing_preview.h"

#include <QPainter>

#include <algorithm>

namespace stratoscope::ui {
namespace {

constexpr int gap = 16;
constexpr int caption = 22;

QImage imageOf(const images::Raster& raster) {
    return QImage(raster.rgb.data(), static_cast<int>(raster.width), static_cast<int>(raster.height),
                  static_cast<qsizetype>(3 * raster.width), QImage::Format_RGB888)
        .copy();
}

QRectF fitted(const QSizeF& size, const QRectF& room) {
    const QSizeF scaled = size.scaled(room.size(), Qt::KeepAspectRatio);
    return {room.left(), room.top(), scaled.width(), scaled.height()};
}

// What is cut from the middle, in the whole picture.
QRectF cutOf(const QSizeF& picture, const models::Preprocessing& preprocessing) {
    if (preprocessing.resize == 0)
        return {QPointF(), picture};
    const double side = std::min(picture.width(), picture.height()) *
                        static_cast<double>(preprocessing.size) / static_cast<double>(preprocessing.resize);
    QRectF cut(0, 0, side, side);
    cut.moveCenter(QRectF(QPointF(), picture).center());
    return cut;
}

} // namespace

PreprocessingPreview::PreprocessingPreview(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("preprocessingPreview"));
    setMinimumSize(420, 220);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void PreprocessingPreview::show(const jobs::PreviewJob::Result& result,
                                const models::Preprocessing& preprocessing, const QString& name) {
    picture_ = imageOf(result.picture);
    seen_ = imageOf(result.seen);
    cut_ = cutOf(picture_.size(), preprocessing);
    name_ = name;
    update();
}

void PreprocessingPreview::clear() {
    picture_ = seen_ = {};
    name_.clear();
    update();
}

void PreprocessingPreview::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(palette().color(QPalette::PlaceholderText));
    if (picture_.isNull()) {
        painter.drawText(rect(), Qt::AlignCenter, QStringLiteral("What the model sees is shown here"));
        return;
    }
    const double half = (width() - gap) / 2.0;
    const QRectF left(0, caption, half, height() - caption);
    const QRectF right(half + gap, caption, half, height() - caption);
    const auto title = [&](const QRectF& room, const QString& text) {
        painter.drawText(QRectF(room.left(), 0, room.width(), caption), Qt::AlignLeft | Qt::AlignVCenter,
                         fontMetrics().elidedText(text, Qt::ElideMiddle, static_cast<int>(room.width())));
    };
    title(left, name_);
    title(right, QStringLiteral("What the model sees: %1 × %2").arg(seen_.width()).arg(seen_.height()));

    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    const QRectF whole = fitted(picture_.size(), left);
    painter.drawImage(whole, picture_);
    const double scale = whole.width() / picture_.width();
    const QRectF cut(whole.topLeft() + cut_.topLeft() * scale, cut_.size() * scale);
    QPen outline(palette().color(QPalette::Highlight), 2);
    outline.setJoinStyle(Qt::MiterJoin);
    painter.setPen(outline);
    painter.drawRect(cut.intersected(whole).adjusted(1, 1, -1, -1));
    // Enlarged as squares: how coarse it is, is what is to be seen.
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter.drawImage(fitted(seen_.size(), right), seen_);
}

} // namespace stratoscope::ui
