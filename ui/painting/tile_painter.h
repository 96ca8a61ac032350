// Pictures in a grid, each with a caption: the gallery and the rows of neighbours.
#pragma once

#include "ui/painting/style.h"

#include <QImage>
#include <QPointF>
#include <QRectF>
#include <QString>

#include <cstddef>
#include <optional>
#include <vector>

class QPainter;

namespace stratoscope::ui {

struct Tile {
    std::size_t image = 0;
    QImage picture; ///< null: the id is shown instead
    QString id;
    QString caption;
    bool selected = false;
    bool hovered = false;
    bool ringed = false; ///< a shared neighbour
};

/// Equal tiles in rows, filling the width.
class TileGrid {
  public:
    TileGrid() = default;
    /// side: wished for; grown a little so that a row fills the width. captionHeight: under each picture, 0
    /// for none.
    TileGrid(double width, double side, double gap, double captionHeight);

    [[nodiscard]] std::size_t columns() const { return columns_; }
    [[nodiscard]] double side() const { return side_; }
    [[nodiscard]] double rowHeight() const { return side_ + captionHeight_ + gap_; }
    [[nodiscard]] double heightFor(std::size_t tiles) const;
    /// The whole tile, caption included.
    [[nodiscard]] QRectF tileRect(std::size_t index) const;
    [[nodiscard]] std::optional<std::size_t> indexAt(QPointF point, std::size_t tiles) const;

  private:
    std::size_t columns_ = 1;
    double side_ = 1.0;
    double gap_ = 0.0;
    double captionHeight_ = 0.0;
};

/// area: the picture's square on top, a line of caption below where the area is higher than wide.
void paintTile(QPainter& painter, const Tile& tile, const QRectF& area, const Style& style);

} // namespace stratoscope::ui
