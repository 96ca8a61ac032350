#include "ui/views/gallery_view.h"

#include "ui/painting/value_scale.h"

#include <QFontMetricsF>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <numeric>

namespace stratoscope::ui {
namespace {

constexpr double wishedSide = 76.0;

} // namespace

GalleryView::GalleryView(Session& session, Selection& selection, PairInspector& inspector,
                         ThumbnailCache& thumbnails, QWidget* parent)
    : QAbstractScrollArea(parent), session_(session), selection_(selection), inspector_(inspector),
      thumbnails_(thumbnails) {
    setObjectName(QStringLiteral("galleryView"));
    setAccessibleName(QStringLiteral("Images, most divergent first"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setMouseTracking(true);
    connect(&inspector, &PairInspector::divergenceChanged, this, &GalleryView::rebuild);
    connect(&session, &Session::datasetChanged, this, &GalleryView::rebuild);
    connect(&thumbnails, &ThumbnailCache::loaded, viewport(), qOverload<>(&QWidget::update));
    connect(&selection, &Selection::changed, viewport(), qOverload<>(&QWidget::update));
    connect(&selection, &Selection::hoverChanged, viewport(), qOverload<>(&QWidget::update));
}

void GalleryView::setStyle_(const Style& style) {
    style_ = style;
    relayout();
}

void GalleryView::rebuild() {
    if (inspector_.ranked()) {
        order_ = inspector_.ranked()->order;
    } else if (!inspector_.waiting()) { // no pair: all images as they come
        order_.resize(session_.dataset() ? session_.dataset()->images.size() : 0);
        std::iota(order_.begin(), order_.end(), std::size_t{0});
    } // else the old order stays until the new one is there
    if (session_.dataset() && order_.size() != session_.dataset()->images.size())
        order_.clear();
    relayout();
}

void GalleryView::relayout() {
    const QFontMetricsF metrics(style_.small());
    grid_ = TileGrid(viewport()->width() - 2.0, wishedSide, 7.0, metrics.height());
    const double height = grid_.heightFor(order_.size());
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(static_cast<int>(grid_.rowHeight() / 2.0));
    verticalScrollBar()->setRange(0, std::max(0, static_cast<int>(height) - viewport()->height()));
    viewport()->update();
}

Tile GalleryView::tileOf(std::size_t index) const {
    const std::size_t image = order_[index];
    Tile tile;
    tile.image = image;
    tile.picture = thumbnails_.picture(image);
    tile.id = QString::fromStdString(session_.dataset()->images.ids[image]);
    if (inspector_.ranked())
        tile.caption = shortNumber(inspector_.ranked()->score[image]);
    tile.selected = inspector_.image() == image;
    tile.hovered = selection_.hoveredImage() == image;
    return tile;
}

QRectF GalleryView::tileRect(std::size_t index) const {
    return grid_.tileRect(index).translated(0.0, -verticalScrollBar()->value());
}

void GalleryView::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), style_.card);
    if (!session_.dataset())
        return;
    const auto first =
        static_cast<std::size_t>(verticalScrollBar()->value() / grid_.rowHeight()) * grid_.columns();
    for (std::size_t i = first; i < order_.size(); ++i) {
        const QRectF area = tileRect(i);
        if (area.top() > viewport()->height())
            break;
        paintTile(painter, tileOf(i), area, style_);
    }
    if (inspector_.waiting()) {
        QColor veil = style_.card;
        veil.setAlpha(140);
        painter.fillRect(viewport()->rect(), veil);
    }
}

void GalleryView::paintInto(QPainter& painter, const QRectF& area, const Style& style,
                            std::size_t most) const {
    const QFontMetricsF metrics(style.small());
    const TileGrid grid(area.width(), 44.0 * style.unit, 4.0 * style.unit, metrics.height());
    for (std::size_t i = 0; i < std::min(most, order_.size()); ++i) {
        const QRectF tile = grid.tileRect(i).translated(area.topLeft());
        if (tile.bottom() > area.bottom())
            break;
        Tile shown = tileOf(i);
        shown.selected = shown.hovered = false;
        paintTile(painter, shown, tile, style);
    }
}

void GalleryView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    relayout();
}

std::optional<std::size_t> GalleryView::indexAt(QPointF point) const {
    return grid_.indexAt(point + QPointF(0.0, verticalScrollBar()->value()), order_.size());
}

void GalleryView::mouseMoveEvent(QMouseEvent* event) {
    const auto index = indexAt(event->position());
    selection_.hoverImage(index ? std::optional(order_[*index]) : std::nullopt);
}

void GalleryView::mousePressEvent(QMouseEvent* event) {
    if (const auto index = indexAt(event->position()); index && event->button() == Qt::LeftButton)
        selection_.pickImage(order_[*index]);
}

void GalleryView::keyPressEvent(QKeyEvent* event) {
    const auto picked = inspector_.image();
    const auto at = picked ? std::ranges::find(order_, *picked) : order_.end();
    auto index = static_cast<std::ptrdiff_t>(at == order_.end() ? 0 : at - order_.begin());
    const auto columns = static_cast<std::ptrdiff_t>(grid_.columns());
    switch (event->key()) {
    case Qt::Key_Left:
        --index;
        break;
    case Qt::Key_Right:
        ++index;
        break;
    case Qt::Key_Up:
        index -= columns;
        break;
    case Qt::Key_Down:
        index += columns;
        break;
    default:
        QAbstractScrollArea::keyPressEvent(event);
        return;
    }
    if (order_.empty())
        return;
    index = std::clamp<std::ptrdiff_t>(index, 0, static_cast<std::ptrdiff_t>(order_.size()) - 1);
    selection_.pickImage(order_[static_cast<std::size_t>(index)]);
    const QRectF tile = tileRect(static_cast<std::size_t>(index));
    if (tile.top() < 0.0)
        verticalScrollBar()->setValue(verticalScrollBar()->value() + static_cast<int>(tile.top()));
    else if (tile.bottom() > viewport()->height())
        verticalScrollBar()->setValue(verticalScrollBar()->value() + static_cast<int>(tile.bottom()) -
                                      viewport()->height());
}

bool GalleryView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::Leave) {
        selection_.hoverImage(std::nullopt);
    } else if (event->type() == QEvent::ToolTip && session_.dataset()) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const auto index = indexAt(help->pos());
        if (!index) {
            QToolTip::hideText();
            return true;
        }
        const std::size_t image = order_[*index];
        const ImageSet& images = session_.dataset()->images;
        QString text = QString::fromStdString(images.ids[image]);
        if (const std::string label = images.label_of(image); !label.empty())
            text += QStringLiteral("\n%1").arg(QString::fromStdString(label));
        // The number under it first, in the words of the choice above.
        if (inspector_.ranked())
            text += QStringLiteral("\n%1: %2")
                        .arg(inspector_.specific() ? QStringLiteral("specific to this pair")
                                                   : QStringLiteral("raw divergence"),
                             shortNumber(inspector_.ranked()->score[image]));
        if (inspector_.divergence())
            text += QStringLiteral("\ndivergence %1 there, %2 back · place %3 of %4")
                        .arg(shortNumber(inspector_.divergence()->forward[image]),
                             shortNumber(inspector_.divergence()->backward[image]))
                        .arg(*index + 1)
                        .arg(order_.size());
        QToolTip::showText(help->globalPos(), text, viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

} // namespace stratoscope::ui
