// A few images as numbered points in a square: one is chosen, some are joined to it, and those around it are
// numbered as they follow each other by distance.
#pragma once

#include "ui/painting/style.h"

#include <QColor>
#include <QPointF>
#include <QRectF>
#include <QString>

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

class QPainter;

namespace stratoscope::ui {

struct PointSquareScene {
    std::vector<QPointF> places; ///< in the unit square, y downwards
    std::vector<QColor> colours; ///< one a place
    std::optional<std::size_t> chosen;
    std::optional<std::size_t> hovered;
    std::vector<std::size_t> linked;                       ///< joined to the chosen one
    std::vector<std::pair<std::size_t, QString>> numbered; ///< their place in the queue, beside them
    std::optional<double> circle;                          ///< around the chosen one: radius, the side is 1
    double nearest = 1.0;                                  ///< see PointSquareLayout
    bool focused = false;                                  ///< has the keyboard
};

class PointSquareLayout {
  public:
    PointSquareLayout() = default;
    /// nearest: how near places are meant to come; points are no larger than that allows. The side is 1.
    PointSquareLayout(const QRectF& area, const Style& style, double nearest = 1.0);

    [[nodiscard]] QRectF frame() const { return frame_; }   ///< all of it
    [[nodiscard]] QRectF square() const { return square_; } ///< where middles of points may be
    [[nodiscard]] double radius() const { return radius_; } ///< of a point
    /// Points are too small for their numbers, which are then above and below them.
    [[nodiscard]] bool numbersOutside() const { return numbersOutside_; }
    [[nodiscard]] QPointF at(QPointF place) const;
    [[nodiscard]] QPointF placeAt(QPointF point) const; ///< clamped into the unit square
    /// The point under the mouse; the nearest where some overlap.
    [[nodiscard]] std::optional<std::size_t> imageAt(const std::vector<QPointF>& places, QPointF point) const;

  private:
    QRectF frame_;
    QRectF square_;
    double radius_ = 1.0;
    double within_ = 1.0; ///< so near to a point the mouse means it
    bool numbersOutside_ = false;
};

void paintPointSquare(QPainter& painter, const PointSquareScene& scene, const PointSquareLayout& layout,
                      const Style& style);

/// Black or white, whichever is read more easily on a colour.
[[nodiscard]] QColor inkOn(const QColor& colour);
/// share 0: a, 1: b.
[[nodiscard]] QColor blended(const QColor& a, const QColor& b, double share);

} // namespace stratoscope::ui
