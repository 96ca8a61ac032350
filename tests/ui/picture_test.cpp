// Painters against pictures of what they once painted: data of formulas, so that only painting can change
// them. Where a change is meant, run with STRATOSCOPE_WRITE_BASELINES=1 and look at what git shows.
#include "tests/ui/expect_picture.h"
#include "ui/painting/matrix_pair.h"
#include "ui/painting/plane_painter.h"
#include "ui/painting/sensitivity_painter.h"

#include <QPainter>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>

namespace stratoscope::ui {
namespace {

// Two models of five and four layers whose likeness falls off with the distance of their depths.
std::shared_ptr<const Comparison> madeUp(bool directed) {
    Comparison comparison;
    for (const auto& [model, count] : {std::pair{"alpha", 5}, {"beta", 4}})
        for (int i = 0; i < count; ++i) {
            ComparedLayer layer;
            layer.model = layer.model_title = model;
            layer.layer = "step_" + std::to_string(i);
            layer.depth = i / (count - 1.0);
            comparison.rows.push_back(layer);
        }
    comparison.columns = comparison.rows;
    comparison.definition.measure = directed ? "information_imbalance" : "cka_unbiased";
    comparison.definition.direction = directed ? Direction::directed : Direction::symmetric;
    comparison.definition.sense = directed ? Sense::distance : Sense::similarity;
    const std::size_t n = comparison.rows.size();
    comparison.value = Matrix<double>(n, n, 0.0);
    comparison.floor = Matrix<double>(n, n, directed ? 0.03 : 1.0);
    comparison.null_value = Matrix<double>(n, n, directed ? 1.0 : 0.0);
    for (std::size_t r = 0; r < n; ++r)
        for (std::size_t c = 0; c < n; ++c) {
            const ComparedLayer& a = comparison.rows[r];
            const ComparedLayer& b = comparison.columns[c];
            const double apart = std::abs(a.depth - b.depth) + (a.model == b.model ? 0.0 : 0.4);
            comparison.value(r, c) = directed
                                         ? std::min(1.0, 0.03 + 0.6 * apart * (a.depth > b.depth ? 0.6 : 1.0))
                                         : std::max(0.0, 1.0 - 0.9 * apart);
        }
    comparison.value(1, 7) = std::nan("");
    return std::make_shared<const Comparison>(comparison);
}

MatrixScene matrixOf(bool directed) {
    MatrixScene scene;
    scene.comparison = madeUp(directed);
    scene.scale = ValueScale(*scene.comparison, ScaleKind::logarithmic);
    scene.scaleTitle = directed ? QStringLiteral("Δ (row → column)") : QStringLiteral("CKA");
    scene.modelColour = {{"alpha", 0}, {"beta", 1}};
    scene.selected = MatrixCell{2, 6};
    return scene;
}

void expectMatrix(const QString& name, const QSize& size, bool dark, const MatrixPairScene& scene) {
    expectPicture(name, size, dark, [&](QPainter& painter, const QRectF& area, const Style& style) {
        paintMatrixPair(painter, scene, MatrixPairLayout(scene, area, style), ColourMap(), style);
    });
}

TEST(Pictures, AMatrixWithItsPathAndAnUndefinedCell) {
    MatrixPairScene scene{matrixOf(true), std::nullopt};
    scene.first.paths = {{{0, 5}, {1, 5}, {2, 6}, {3, 7}, {4, 8}}};
    expectMatrix(QStringLiteral("matrix"), {360, 280}, false, scene);
    expectMatrix(QStringLiteral("matrix_dark"), {360, 280}, true, scene);
}

// A block of its own names its layers, and beside them their two models, of which long names keep their ends.
TEST(Pictures, ABlockNamesItsLayersAndTheirModels) {
    MatrixPairScene scene{matrixOf(true), std::nullopt};
    auto block = *scene.first.comparison;
    const std::size_t rows = 5;
    const std::size_t columns = 4;
    Matrix<double> value(rows, columns, 0.0);
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < columns; ++c)
            value(r, c) = block.value(r, rows + c);
    block.columns.erase(block.columns.begin(), block.columns.begin() + rows);
    block.rows.resize(rows);
    for (ComparedLayer& layer : block.columns)
        layer.model_title = "a model whose name is far too long for this block beta";
    block.value = value;
    block.floor = Matrix<double>(rows, columns, 0.03);
    block.null_value = Matrix<double>(rows, columns, 1.0);
    scene.first.comparison = std::make_shared<const Comparison>(block);
    scene.first.selected = MatrixCell{1, 1};
    expectMatrix(QStringLiteral("block"), {360, 280}, false, scene);
}

TEST(Pictures, TwoMatricesOfABlockNameTheSame) {
    const auto madeBlock = [](bool directed) {
        MatrixScene scene = matrixOf(directed);
        auto block = *scene.comparison;
        block.rows.resize(5);
        block.columns.erase(block.columns.begin(), block.columns.begin() + 5);
        for (Matrix<double>* values : {&block.value, &block.floor, &block.null_value})
            *values = Matrix<double>(5, 4, 0.5);
        scene.comparison = std::make_shared<const Comparison>(block);
        return scene;
    };
    const MatrixPairScene pair{madeBlock(true), madeBlock(false)};
    const Style style = lightStyle(QFont(QStringLiteral("DejaVu Sans"), 9));
    int named = 0;
    for (int height = 160; height <= 400; height += 3) {
        const MatrixPairLayout layout(pair, QRectF(0, 0, 300, height), style);
        EXPECT_EQ(layout.first().layersNamed(), layout.second().layersNamed()) << height;
        named += layout.first().layersNamed() ? 1 : 0;
    }
    EXPECT_GT(named, 10);
    EXPECT_LT(named, 70) << "in the smallest there is no room";
}

TEST(Pictures, TwoMatricesInLine) {
    expectMatrix(QStringLiteral("matrices"), {520, 240}, false, {matrixOf(true), matrixOf(false)});
}

TEST(Pictures, TwoMeasuresInTheTrianglesOfOneMatrix) {
    MatrixPairScene scene{matrixOf(false), std::nullopt};
    auto other = *madeUp(false);
    for (std::size_t i = 0; i < other.value.values().size(); ++i)
        other.value.data()[i] *= other.value.data()[i];
    scene.first.lower = std::make_shared<const Comparison>(std::move(other));
    scene.first.lowerScale = ValueScale(*scene.first.lower, ScaleKind::linear);
    scene.first.lowerTitle = QStringLiteral("other");
    expectMatrix(QStringLiteral("triangles"), {420, 280}, false, scene);
}

TEST(Pictures, OneMeasureAgainstTheOther) {
    PlaneScene scene;
    scene.comparison = madeUp(true);
    scene.scale = ValueScale(*scene.comparison, ScaleKind::logarithmic);
    scene.against = madeUp(false);
    scene.againstScale = ValueScale(*scene.against, ScaleKind::logarithmic);
    scene.across = QStringLiteral("Δ");
    scene.up = QStringLiteral("CKA");
    scene.selected = MatrixCell{2, 6};
    expectPicture(QStringLiteral("plane"), {220, 200}, false,
                  [&](QPainter& painter, const QRectF& area, const Style& style) {
                      paintPlane(painter, scene, PlaneLayout(scene, area, style), style);
                  });
}

TEST(Pictures, LabelsOfAPlaneKeepApartInItsCornerToo) {
    PlaneScene scene;
    scene.comparison = madeUp(true);
    scene.scale = ValueScale(*scene.comparison, ScaleKind::logarithmic);
    const Style style = lightStyle(QFont(QStringLiteral("DejaVu Sans"), 9));
    const QFontMetricsF metrics(style.small());
    for (int side = 110; side <= 400; side += 7) {
        const QRectF area(0, 0, side + 20, side);
        const PlaneLayout layout(scene, area, style);
        std::vector<QRectF> inked;
        for (const auto& label : layout.labels()) {
            inked.push_back(metrics.tightBoundingRect(label.text).translated(label.at));
            EXPECT_TRUE(area.adjusted(-1, -1, 1, 1).contains(inked.back()))
                << side << ": " << label.text.toStdString();
        }
        ASSERT_GE(inked.size(), 4U) << "both ends of both axes";
        for (std::size_t i = 0; i < inked.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                EXPECT_FALSE(inked[i].adjusted(-2, -1.5, 2, 1.5).intersects(inked[j]))
                    << side << ": " << layout.labels()[i].text.toStdString();
    }
}

TEST(Pictures, APairOverK) {
    SensitivityScene scene;
    scene.title = QStringLiteral("excess by k");
    scene.current = 2;
    const std::vector<int> ks{1, 5, 30, 100};
    for (std::size_t i = 0; i < ks.size(); ++i)
        scene.choices.push_back({QString::number(ks[i]), std::log(ks[i]) / std::log(100.0)});
    for (const bool back : {false, true})
        for (const bool aside : {false, true}) {
            SensitivityScene::Line line;
            line.dashed = back;
            line.aside = aside;
            line.colour = back ? 1 : 0;
            line.name = QStringLiteral("cls");
            for (std::size_t i = 0; i < ks.size(); ++i)
                line.points.push_back(
                    {i, (back ? 0.3 : 0.6) + 0.05 * static_cast<double>(i) - (aside ? 0.1 : 0.0), 0.03});
            scene.lines.push_back(line);
        }
    for (const bool dark : {false, true})
        expectPicture(dark ? QStringLiteral("sensitivity_dark") : QStringLiteral("sensitivity"), {260, 120},
                      dark, [&](QPainter& painter, const QRectF& area, const Style& style) {
                          paintSensitivity(painter, scene, SensitivityLayout(scene, area, style), style);
                      });
}

// The comparison itself: a lost mark is seen, a shifted shade of anti-aliasing is not.
TEST(Pictures, ALostMarkIsBeyondTheTolerance) {
    QImage one(200, 150, QImage::Format_RGB32);
    one.fill(Qt::white);
    QImage other = one;
    QPainter(&other).fillRect(20, 20, 30, 30, Qt::black);
    const Difference found = differenceOf(one, other);
    EXPECT_TRUE(found.mean >= 1.5 || found.share >= 0.012);
    QImage paler = one;
    paler.fill(QColor(254, 254, 254));
    EXPECT_LT(differenceOf(one, paler).mean, 1.5);
}

} // namespace
} // namespace stratoscope::ui
