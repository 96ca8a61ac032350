// Every pair of layers as a point: by one measure in its two directions (the information imbalance plane), or
// by two measures, one against the other; the selected pair is marked.
#pragma once

#include "core/data/comparison.h"
#include "ui/painting/matrix_painter.h"

#include <memory>
#include <optional>
#include <vector>

namespace stratoscope::ui {

struct PlaneScene {
    /// Across: row → column. Without `against` it must be directed, and pairs without both directions are
    /// left out.
    std::shared_ptr<const Comparison> comparison;
    ValueScale scale;
    /// Up: the same pairs by another measure; null: by the same one, column → row.
    std::shared_ptr<const Comparison> against;
    ValueScale againstScale;
    QString across; ///< names of the axes
    QString up;
    std::optional<MatrixCell> selected;
    std::optional<MatrixCell> hovered;
    bool stale = false; ///< of earlier settings: paler
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
    struct Label {
        QPointF at; ///< where its base line begins
        QString text;
    };
    /// Of both axes; none touches another.
    [[nodiscard]] const std::vector<Label>& labels() const { return labels_; }
    [[nodiscard]] QRectF plot() const { return plot_; }
    /// The nearest point within a few pixels.
    [[nodiscard]] std::optional<MatrixCell> cellNear(QPointF point, double reach) const;

  private:
    void placePoints(const PlaneScene& scene);
    void placeLabels(const ValueScale& scale, bool vertical, const Style& style);

    QRectF plot_;
    std::vector<Point> points_;
    std::vector<Label> labels_;
};

/// Both measures symmetric: a pair stands for its mirror image too, as the one whose row comes first.
[[nodiscard]] MatrixCell pointOf(const PlaneScene& scene, const MatrixCell& cell);

void paintPlane(QPainter& painter, const PlaneScene& scene, const PlaneLayout& layout, const Style& style);

/// The selected and the hovered pair alone, over what paintPlane() painted: thousands of points need not be
/// painted at every move of the mouse.
void paintPlaneMarks(QPainter& painter, const PlaneScene& scene, const PlaneLayout& layout,
                     const Style& style);

} // namespace stratoscope::ui
