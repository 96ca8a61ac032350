// Painters and what they stand on: colours, scales, layout, labels that keep apart.
#include "ui/painting/colour_map.h"
#include "ui/painting/curve_figure.h"
#include "ui/painting/layer_name.h"
#include "ui/painting/matrix_painter.h"
#include "ui/painting/qcustomplot.h"
#include "ui/painting/tile_painter.h"
#include "ui/views/neighbours_view.h"
#include "ui/views/pair_view.h"

#include <gtest/gtest.h>

#include <cmath>

namespace stratoscope::ui {
namespace {

TEST(ColourMapTest, LightnessRisesInEqualSteps) {
    const ColourMap map;
    double before = okLab(map.at(0.0))[0];
    const double whole = okLab(map.at(1.0))[0] - before;
    EXPECT_GT(whole, 0.6) << "order is seen in grey, too";
    for (int i = 1; i <= 16; ++i) {
        const double lightness = okLab(map.at(i / 16.0))[0];
        EXPECT_NEAR(lightness - before, whole / 16.0, 0.35 * whole / 16.0) << i;
        before = lightness;
    }
}

TEST(ValueScaleTest, IsLogarithmicBetweenItsEndsAndClamped) {
    const ValueScale scale(0.01, 1.0, ScaleKind::logarithmic);
    EXPECT_NEAR(scale.position(0.1), 0.5, 1e-12);
    EXPECT_EQ(scale.position(0.001), 0.0);
    EXPECT_EQ(scale.position(2.0), 1.0);
    EXPECT_TRUE(std::isnan(scale.position(std::nan(""))));
    EXPECT_NEAR(scale.valueAt(0.5), 0.1, 1e-12);
    EXPECT_TRUE(scale.ticks().front().end);
}

TEST(ShortNumber, HasTwoSignificantDigits) {
    EXPECT_EQ(shortNumber(0.0312).toStdString(), "0.031");
    EXPECT_EQ(shortNumber(0.57).toStdString(), "0.57");
    EXPECT_EQ(shortNumber(1.0).toStdString(), "1");
}

TEST(ShortNumber, WritesAMinusNotAHyphen) {
    EXPECT_EQ(shortNumber(-0.123).toStdString(), "−0.12");
    EXPECT_EQ(shortNumber(-12.0).toStdString(), "−12");
    EXPECT_EQ(shortNumber(2e-5).toStdString(), "2e−05");
}

TEST(LayerNameTest, PathsKeepTheirEndsAndTitlesBoth) {
    const QString ellipsis(QChar(0x2026));
    const QString path = QStringLiteral("features.denseblock3.denselayer12.conv2");
    const QString other = QStringLiteral("features.denseblock2.denselayer12.conv2");
    const QFontMetricsF metrics((QFont()));
    const double width = 0.8 * metrics.horizontalAdvance(path);
    EXPECT_TRUE(elidedName(metrics, path, width).startsWith(ellipsis));
    EXPECT_NE(elidedName(metrics, path, width), elidedName(metrics, other, width))
        << "they differ in the middle";
    EXPECT_EQ(elidedName(metrics, path, 2.0 * width), path);
    EXPECT_EQ(briefName(path).toStdString(), "…ock3.denselayer12.conv2");
    EXPECT_EQ(briefName(QStringLiteral("a ResNet classifier with v1.5 strides, twin 2")).toStdString(),
              "a ResNet cl…ides, twin 2");
    EXPECT_EQ(briefName(QStringLiteral("stage3_2")).toStdString(), "stage3_2");
}

TEST(LayerNameTest, OwnNamesTellLayersOfAModelApart) {
    const auto own = [](const std::vector<std::string>& names) {
        std::vector<ComparedLayer> layers(names.size() + 1);
        for (std::size_t at = 0; at < names.size(); ++at) {
            layers[at].model = "m";
            layers[at].layer = names[at];
        }
        layers.back().model = "alone";
        layers.back().layer = "features.layer_2.output";
        std::vector<std::string> out;
        for (const QString& name : ownNames(layers))
            out.push_back(name.toStdString());
        EXPECT_EQ(out.back(), "features.layer_2.output") << "one of a kind has nothing to share";
        out.pop_back();
        return out;
    };
    using Names = std::vector<std::string>;
    EXPECT_EQ(own({"features.layer_1.output", "features.layer_2.output"}), Names({"layer_1", "layer_2"}));
    EXPECT_EQ(own({"net/blocks.1/out", "net/blocks.10/out"}), Names({"blocks.1", "blocks.10"}));
    EXPECT_EQ(own({"blocks.1", "blocks.2"}), Names({"blocks.1", "blocks.2"}))
        << "a number alone tells little";
    EXPECT_EQ(own({"stem", "stage1_0"}), Names({"stem", "stage1_0"}));
    EXPECT_EQ(own({"a.b", "a.b.b"}), Names({"a", "a.b"})) << "something is left of each";
    EXPECT_EQ(own({"x", "x"}), Names({"x", "x"}));
}

TEST(ValueWithErrorTest, IsNoFinerThanItsError) {
    Comparison comparison;
    const auto told = [&](double value, double error) {
        comparison.value = Matrix<double>(1, 1);
        comparison.value(0, 0) = value;
        comparison.standard_error = Matrix<double>();
        if (error >= 0.0) {
            comparison.standard_error = Matrix<double>(1, 1);
            comparison.standard_error(0, 0) = error;
        }
        return valueWithError(comparison, 0, 0).toStdString();
    };
    EXPECT_EQ(told(0.5712, 0.0321), "0.57 ± 0.032");
    EXPECT_EQ(told(-0.00055, 0.0203), "−0.001 ± 0.020");
    EXPECT_EQ(told(0.0003, 0.0203), "0 ± 0.020");
    EXPECT_EQ(told(0.0003, 0.00004), "0.0003 ± 4e−05");
    EXPECT_EQ(told(5.1e-8, -1.0), "0") << "rounding alone";
    EXPECT_EQ(told(2e-5, -1.0), "2e−05");
}

TEST(CurveFigureTest, TheLabelOfALowAxisIsElidedNotCutOff) {
    CurveFigure figure;
    figure.yLabel = QStringLiteral("distance with image statistics");
    figure.curves.push_back({QStringLiteral("alpha"), 0, false, {0.0, 1.0}, {0.1, 0.8}, {}});
    const Style style = lightStyle(QFont(QStringLiteral("DejaVu Sans"), 9));
    for (const int height : {120, 400}) {
        QCustomPlot plot;
        plot.setFixedSize(300, height);
        plot.setViewport(QRect(0, 0, 300, height));
        applyCurves(plot, figure, style);
        const QString label = plot.yAxis->label();
        EXPECT_LE(QFontMetricsF(style.small()).horizontalAdvance(label), height);
        EXPECT_EQ(label == figure.yLabel, height == 400) << label.toStdString();
    }
}

TEST(CurveFigureTest, NegativeTicksHaveAMinusToo) {
    CurveFigure figure;
    figure.logarithmic = false;
    figure.curves.push_back({QStringLiteral("alpha"), 0, false, {0.0, 1.0}, {-0.8, 0.8}, {}});
    QCustomPlot plot;
    plot.setViewport(QRect(0, 0, 300, 200));
    applyCurves(plot, figure, lightStyle(QFont(QStringLiteral("DejaVu Sans"), 9)));
    const auto labels = plot.yAxis->tickVectorLabels();
    EXPECT_TRUE(labels.contains(QStringLiteral("−0.5"))) << labels.join(QLatin1Char(' ')).toStdString();
}

TEST(Ordinals, AreEnglish) {
    EXPECT_EQ(ordinal(1).toStdString(), "1st");
    EXPECT_EQ(ordinal(2).toStdString(), "2nd");
    EXPECT_EQ(ordinal(11).toStdString(), "11th");
    EXPECT_EQ(ordinal(112).toStdString(), "112th");
    EXPECT_EQ(ordinal(978).toStdString(), "978th");
    EXPECT_EQ(ordinal(983).toStdString(), "983rd");
}

TEST(MovedApart, KeepsOrderDistanceAndBounds) {
    const std::vector<double> placed = movedApart({5, 6, 7, 50, 99}, 10, 0, 100);
    for (std::size_t i = 1; i < placed.size(); ++i)
        EXPECT_GE(placed[i] - placed[i - 1], 10.0 - 1e-9);
    EXPECT_GE(placed.front(), 5.0 - 1e-9);
    EXPECT_LE(placed.back(), 95.0 + 1e-9);
    EXPECT_DOUBLE_EQ(placed[3], 50.0);
}

TEST(TileGridTest, FillsTheWidthAndFindsWhatItPlaced) {
    const TileGrid grid(500, 70, 8, 14);
    EXPECT_EQ(grid.columns(), 6U);
    for (std::size_t i = 0; i < 20; ++i)
        EXPECT_EQ(grid.indexAt(grid.tileRect(i).center(), 20), i);
    EXPECT_FALSE(grid.indexAt(grid.tileRect(20).center(), 20));
    EXPECT_NEAR(grid.tileRect(5).right(), 500.0, 1e-9);
}

TEST(MatrixLayoutTest, FindsEveryCellItPlacedAndNothingInTheGaps) {
    Comparison comparison;
    for (const char* model : {"a", "b"})
        for (std::size_t i = 0; i < 4; ++i) {
            ComparedLayer layer;
            layer.model = layer.model_title = model;
            layer.layer = std::to_string(i);
            comparison.rows.push_back(layer);
        }
    comparison.columns = comparison.rows;
    comparison.value = comparison.floor = comparison.null_value = Matrix<double>(8, 8, 0.5);
    MatrixScene scene;
    scene.comparison = std::make_shared<const Comparison>(comparison);
    scene.scaleTitle = QStringLiteral("value");
    const QRectF area(0, 0, 640, 480);
    const MatrixLayout layout(scene, area, lightStyle(QFont(QStringLiteral("DejaVu Sans"), 9)));
    for (std::size_t r = 0; r < 8; ++r)
        for (std::size_t c = 0; c < 8; ++c) {
            EXPECT_EQ(layout.cellAt(layout.cellRect(r, c).center()), (MatrixCell{r, c}));
            EXPECT_TRUE(area.contains(layout.cellRect(r, c)));
        }
    const double gap = 0.5 * (layout.cellRect(3, 0).bottom() + layout.cellRect(4, 0).top());
    EXPECT_FALSE(layout.cellAt({layout.cellRect(3, 0).center().x(), gap}));
    EXPECT_TRUE(area.contains(layout.colourBarRect()));
}

} // namespace
} // namespace stratoscope::ui
