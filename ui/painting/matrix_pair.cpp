#include "ui/painting/matrix_pair.h"

#include <algorithm>

namespace stratoscope::ui {
namespace {

// The scenes as they are laid out and painted: legends of one width, names once.
MatrixPairScene prepared(const MatrixPairScene& scene, bool inLine, const Style& style) {
    MatrixPairScene out = scene;
    const double space =
        std::max(MatrixLayout::legendSpace(out.first, style), MatrixLayout::legendSpace(*out.second, style));
    for (MatrixScene* one : {&out.first, &*out.second}) {
        one->leastLegendSpace = space;
        one->mostNameShare = 0.4; // of half the room
    }
    out.second->rowsNamed = !inLine;
    out.second->columnsNamed = inLine;
    return out;
}

double cellSize(const MatrixLayout& layout) {
    const QRectF cell = layout.cellRect(0, 0);
    return cell.width() * cell.height();
}

} // namespace

MatrixPairLayout::MatrixPairLayout(const MatrixPairScene& scene, const QRectF& area, const Style& style) {
    if (!scene.second) {
        first_ = MatrixLayout(scene.first, area, style);
        return;
    }
    MatrixPairLayout above;
    above.arrange(scene, area, false, style);
    arrange(scene, area, true, style);
    if (!empty() && !above.empty() && cellSize(above.first_) > cellSize(first_))
        *this = above;
}

// The names go to the first matrix beyond its half of the room. How much they take depends on that room, so
// it is found in some steps.
void MatrixPairLayout::arrange(const MatrixPairScene& scene, const QRectF& area, bool inLine,
                               const Style& style) {
    inLine_ = inLine;
    MatrixPairScene both = prepared(scene, inLine, style);
    const double gap = 8.0 * style.unit;
    const auto share = [&] {
        double names = 0.0;
        for (int step = 0; step < 4; ++step) {
            QRectF firstArea = area;
            QRectF secondArea = area;
            if (inLine) {
                firstArea.setWidth(names + (area.width() - names - gap) / 2.0);
                secondArea.setLeft(firstArea.right() + gap);
            } else {
                firstArea.setHeight(names + (area.height() - names - gap) / 2.0);
                secondArea.setTop(firstArea.bottom() + gap);
            }
            first_ = MatrixLayout(both.first, firstArea, style);
            second_ = MatrixLayout(*both.second, secondArea, style);
            names = inLine ? first_.rowLabelWidth() : first_.columnLabelHeight();
        }
    };
    share();
    if (first_.layersNamed() != second_.layersNamed()) { // room in one alone: equal is what they are to be
        both.first.layersMayBeNamed = both.second->layersMayBeNamed = false;
        share();
    }
}

bool MatrixPairLayout::onSecond(QPointF point) const {
    return !second_.empty() && second_.matrixRect().contains(point);
}

void paintMatrixPair(QPainter& painter, const MatrixPairScene& scene, const MatrixPairLayout& layout,
                     const ColourMap& colours, const Style& style) {
    if (!scene.second) {
        paintMatrix(painter, scene.first, layout.first(), colours, style);
        return;
    }
    const MatrixPairScene both = prepared(scene, layout.inLine(), style);
    paintMatrix(painter, both.first, layout.first(), colours, style);
    paintMatrix(painter, *both.second, layout.second(), colours, style);
}

} // namespace stratoscope::ui
