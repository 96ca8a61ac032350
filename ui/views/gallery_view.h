// The images that make the picked pair differ, most divergent first.
#pragma once

#include "ui/painting/tile_painter.h"
#include "ui/pair_inspector.h"
#include "ui/selection.h"
#include "ui/session.h"
#include "ui/thumbnail_cache.h"

#include <QAbstractScrollArea>

namespace stratoscope::ui {

class GalleryView : public QAbstractScrollArea {
    Q_OBJECT

  public:
    GalleryView(Session& session, Selection& selection, PairInspector& inspector, ThumbnailCache& thumbnails,
                QWidget* parent = nullptr);

    void setStyle_(const Style& style);
    /// The images in the order shown.
    [[nodiscard]] const std::vector<std::size_t>& order() const { return order_; }
    /// Where an image's tile is in the viewport now.
    [[nodiscard]] QRectF tileRect(std::size_t index) const;
    void paintInto(QPainter& painter, const QRectF& area, const Style& style, std::size_t most) const;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool viewportEvent(QEvent* event) override;

  private:
    void rebuild();
    void relayout();
    [[nodiscard]] std::optional<std::size_t> indexAt(QPointF point) const;
    [[nodiscard]] Tile tileOf(std::size_t index) const;

    Session& session_;
    Selection& selection_;
    PairInspector& inspector_;
    ThumbnailCache& thumbnails_;
    Style style_;
    TileGrid grid_;
    std::vector<std::size_t> order_;
};

} // namespace stratoscope::ui
