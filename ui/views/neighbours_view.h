// One image, and its nearest in both layers of the picked pair: shared ones ringed, the rest with their place
// in the other.
#pragma once

#include "ui/painting/tile_painter.h"
#include "ui/pair_inspector.h"
#include "ui/selection.h"
#include "ui/session.h"
#include "ui/thumbnail_cache.h"

#include <QWidget>

#include <optional>
#include <vector>

namespace stratoscope::ui {

class NeighboursView : public QWidget {
    Q_OBJECT

  public:
    NeighboursView(Session& session, Selection& selection, PairInspector& inspector,
                   ThumbnailCache& thumbnails, QWidget* parent = nullptr);

    void setStyle_(const Style& style);
    void paintInto(QPainter& painter, const QRectF& area, const Style& style) const;
    /// What is told under the picture of an image, a line each: label, id, its part of the measure, its
    /// place. The id gives way first where there is no room for as many lines.
    [[nodiscard]] QStringList about(std::size_t image, std::size_t lines) const;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool event(QEvent* event) override;

  private:
    struct Place {
        bool inA = true;
        std::size_t index = 0; ///< of the strip, nearest first
        QRectF area;
    };
    struct Plan {
        QRectF picture;
        QRectF about; ///< under the picture
        QRectF headings[2];
        QRectF note;
        std::vector<Place> places;
    };

    [[nodiscard]] Plan planFor(const QRectF& area, const Style& style) const;
    void paint(QPainter& painter, const QRectF& area, const Style& style, bool live) const;
    [[nodiscard]] const measures::Neighbour& neighbourAt(const Place& place) const;
    [[nodiscard]] std::optional<Place> placeAt(QPointF point) const;
    [[nodiscard]] QString explanation() const;

    Session& session_;
    Selection& selection_;
    PairInspector& inspector_;
    ThumbnailCache& thumbnails_;
    Style style_;
};

} // namespace stratoscope::ui
