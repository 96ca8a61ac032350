#include "ui/painting/tile_painter.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace stratoscope::ui {

TileGrid::TileGrid(double width, double side, double gap, double captionHeight)
    : columns_(static_cast<std::size_t>(std::max(1.0, std::floor((width + gap) / (side + gap))))), gap_(gap),
      captionHeight_(captionHeight) {
    side_ = std::max(8.0, (width - gap * static_cast<double>(columns_ - 1)) / static_cast<double>(columns_));
    side_ = std::min(side_, 1.6 * side);
}

double TileGrid::heightFor(std::size_t tiles) const {
    return static_cast<double>((tiles + columns_ - 1) / columns_) * rowHeight();
}

QRectF TileGrid::tileRect(std::size_t index) const {
    const auto column = static_cast<double>(index % columns_);
    const auto row = static_cast<double>(index / columns_);
    return {column * (side_ + gap_), row * rowHeight(), side_, side_ + captionHeight_};
}

std::optional<std::size_t> TileGrid::indexAt(QPointF point, std::size_t tiles) const {
    if (point.x() < 0.0 || point.y() < 0.0)
        return std::nullopt;
    const auto column = static_cast<std::size_t>(point.x() / (side_ + gap_));
    const auto row = static_cast<std::size_t>(point.y() / rowHeight());
    const std::size_t index = row * columns_ + column;
    if (column >= columns_ || index >= tiles || !tileRect(index).contains(point))
        return std::nullopt;
    return index;
}

void paintTile(QPainter& painter, const Tile& tile, const QRectF& area, const Style& style) {
    painter.save();
    const double side = std::min(area.width(), area.height());
    const QRectF square(area.left(), area.top(), side, side);
    painter.setFont(style.small());
    const QFontMetricsF metrics(style.small());
    if (tile.picture.isNull()) {
        painter.fillRect(square, style.undefined);
        painter.setPen(style.muted);
        const QRectF inner =
            square.adjusted(3.0 * style.unit, 3.0 * style.unit, -3.0 * style.unit, -3.0 * style.unit);
        // The end of an id tells images apart: paths share their beginnings.
        painter.drawText(inner, Qt::AlignCenter | Qt::TextSingleLine,
                         metrics.elidedText(tile.id, Qt::ElideLeft, inner.width()));
    } else {
        const QSizeF size = QSizeF(tile.picture.size()).scaled(square.size(), Qt::KeepAspectRatioByExpanding);
        painter.setClipRect(square);
        painter.setRenderHint(QPainter::SmoothPixmapTransform, true);
        painter.drawImage(QRectF(square.center() - QPointF(size.width() / 2.0, size.height() / 2.0), size),
                          tile.picture);
        painter.setClipping(false);
    }
    const auto frame = [&](const QColor& colour, double width) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colour, width, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
        painter.drawRect(square.adjusted(width / 2, width / 2, -width / 2, -width / 2));
    };
    if (tile.ringed)
        frame(style.shared, 3.0 * style.unit);
    if (tile.hovered)
        frame(style.text, 1.5 * style.unit);
    if (tile.selected)
        frame(style.selected, 3.0 * style.unit);
    if (!tile.caption.isEmpty() && area.height() > side) {
        painter.setPen(tile.selected ? style.text : style.muted);
        painter.drawText(QRectF(area.left(), square.bottom() + style.unit, side, area.height() - side),
                         Qt::AlignHCenter | Qt::AlignVCenter,
                         metrics.elidedText(tile.caption, Qt::ElideRight, side));
    }
    painter.restore();
}

} // namespace stratoscope::ui
