// One matrix, or two of the same layers by two measures: beside each other or one above the other, whichever
// leaves them larger, equally large and in line.
#pragma once

#include "ui/painting/matrix_painter.h"

#include <optional>

namespace stratoscope::ui {

struct MatrixPairScene {
    MatrixScene first;
    std::optional<MatrixScene> second;
};

class MatrixPairLayout {
  public:
    MatrixPairLayout() = default;
    MatrixPairLayout(const MatrixPairScene& scene, const QRectF& area, const Style& style);

    [[nodiscard]] bool empty() const { return first_.empty(); }
    [[nodiscard]] const MatrixLayout& first() const { return first_; }
    [[nodiscard]] const MatrixLayout& second() const { return second_; } ///< empty without a second scene
    /// Whether the second matrix, rather than the first, is under a point.
    [[nodiscard]] bool onSecond(QPointF point) const;

    /// Beside each other: the first names the rows of both. Else it names the columns of both.
    [[nodiscard]] bool inLine() const { return inLine_; }

  private:
    void arrange(const MatrixPairScene& scene, const QRectF& area, bool inLine, const Style& style);

    bool inLine_ = true;
    MatrixLayout first_;
    MatrixLayout second_;
};

void paintMatrixPair(QPainter& painter, const MatrixPairScene& scene, const MatrixPairLayout& layout,
                     const ColourMap& colours, const Style& style);

} // namespace stratoscope::ui
