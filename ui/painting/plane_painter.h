// The information imbalance plane: every pair of layers as the point (Δ(row → column), Δ(column → row)), with
// the selected one marked.
#pragma once

#include "core/data/comparison.h"
#include "ui/painting/matrix_painter.h"

#include <memory>
#include <optional>
#include <vector>

namespace stratoscope::ui {

struct PlaneScene {
    std::shared_ptr<const Comparison> comparison; ///< directed; pairs without both directions are left out
    ValueScale scale;
    std::optional<MatrixCell> selected;
    std::optional<MatrixCell> hovered;
};

class PlaneLayout {
  public:
    PlaneLayout() = default;
    PlaneLayout(const PlaneScene& scene, const QRectF& area, const Style& style);

    struct Point {
        MatrixCell cell;
        QPointF at;
    };
    [[nodiscard]] const std::vector<Point>& points() const { return points_; }
    [[nodiscard]] QRectF plot() const { return plot_; }
    /// The nearest point within a few pixels.
    [[nodiscard]] std::optional<MatrixCell> cellNear(QPointF point, double reach) const;

  private:
    QRectF plot_;
    std::vector<Point> points_;
};

void paintPlane(QPainter& painter, const PlaneScene& scene, const PlaneLayout& layout, const Style& style);

/// The selected and the hovered pair alone, over what paintPlane() painted: thousands of points need not be
/// painted at every move of the mouse.
void paintPlaneMarks(QPainter& painter, const PlaneScene& scene, const PlaneLayout& layout,
                     const Style& style);

} // namespace stratoscope::ui
