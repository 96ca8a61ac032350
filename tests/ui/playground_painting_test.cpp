// The playground's painters: their geometry, and pictures of what they once painted.
#include "tests/ui/expect_picture.h"
#include "ui/painting/measure_rows_painter.h"
#include "ui/painting/point_square_painter.h"
#include "ui/painting/rank_bars_painter.h"
#include "ui/painting/two_ways_painter.h"
#include "ui/playground/examples.h"

#include <gtest/gtest.h>

#include <cmath>

namespace stratoscope::ui {
namespace {

Style plainStyle() {
    return lightStyle(QFont(QStringLiteral("DejaVu Sans"), 9));
}

// Twelve images on a spiral.
PointSquareScene spiral(const Style& style) {
    PointSquareScene scene;
    for (int image = 0; image < 12; ++image) {
        const double angle = 0.9 * image;
        const double radius = 0.08 + 0.036 * image;
        scene.places.emplace_back(0.5 + radius * std::cos(angle), 0.5 + radius * std::sin(angle));
        scene.colours.push_back(blended(style.model(4), style.model(5), image / 11.0));
    }
    scene.chosen = 6;
    scene.hovered = 1;
    scene.linked = {11};
    scene.numbered = {{5, QStringLiteral("1st")}, {7, QStringLiteral("2nd")}, {11, QStringLiteral("3rd")}};
    scene.circle = 0.3;
    return scene;
}

RankBarsScene twelveBars(const Style& style) {
    RankBarsScene scene;
    for (int image = 0; image < 12; ++image) {
        scene.ranks.push_back(1.0 + (image * 5) % 11);
        scene.colours.push_back(blended(style.model(4), style.model(5), image / 11.0));
    }
    scene.chosen = 4;
    scene.most = 11.0;
    scene.best = 1.0;
    scene.chance = 6.0;
    scene.mean = 5.5;
    scene.title = QStringLiteral("Rank, in B, of each image's nearest in A");
    return scene;
}

TEST(PointSquare, LeadsFromPlacesToPointsAndBack) {
    const PointSquareLayout layout(QRectF(10, 20, 300, 240), plainStyle());
    EXPECT_EQ(layout.frame().width(), 240.0);
    EXPECT_EQ(layout.frame().center(), QPointF(160, 140));
    for (const QPointF place : {QPointF(0, 0), QPointF(0.3, 0.8), QPointF(1, 1)}) {
        const QPointF back = layout.placeAt(layout.at(place));
        EXPECT_NEAR(back.x(), place.x(), 1e-12);
        EXPECT_NEAR(back.y(), place.y(), 1e-12);
        const QPointF at = layout.at(place);
        const double whole = 1.15 * layout.radius() + 1.5; // the chosen one, its ring included
        EXPECT_TRUE(layout.frame().contains(QRectF(at.x() - whole, at.y() - whole, 2 * whole, 2 * whole)));
    }
    EXPECT_EQ(layout.placeAt({-50, 999}), QPointF(0, 1)) << "clamped";
}

TEST(PointSquare, FindsTheNearestOfPointsThatOverlap) {
    const PointSquareLayout layout(QRectF(0, 0, 300, 300), plainStyle());
    const std::vector<QPointF> places{{0.5, 0.5}, {0.52, 0.5}, {0.9, 0.1}};
    EXPECT_EQ(layout.imageAt(places, layout.at({0.505, 0.5})), 0U);
    EXPECT_EQ(layout.imageAt(places, layout.at({0.515, 0.5})), 1U);
    EXPECT_EQ(layout.imageAt(places, layout.at({0.9, 0.1})), 2U);
    EXPECT_FALSE(layout.imageAt(places, layout.at({0.2, 0.2})));
}

TEST(PointSquare, PointsOfExamplesDoNotTouchHoweverSmallTheSquare) {
    for (const PlaygroundExample& example : playgroundExamples())
        for (const Places& places : {example.a, example.b})
            for (double side = 150.0; side <= 600.0; side += 25.0) {
                const PointSquareLayout layout(QRectF(0, 0, side, side), plainStyle(), nearestOf(places));
                for (std::size_t i = 0; i < places.size(); ++i)
                    for (std::size_t j = 0; j < i; ++j) {
                        const QPointF apart = layout.at(places[i]) - layout.at(places[j]);
                        EXPECT_GE(std::hypot(apart.x(), apart.y()), 2.0 * layout.radius() - 1e-9)
                            << example.name.toStdString() << ", images " << i + 1 << " and " << j + 1 << ", "
                            << side;
                    }
                EXPECT_EQ(layout.numbersOutside(), nearestOf(places) < 0.06) << "on a line only";
            }
}

TEST(RankBars, StandOnTheAxisAsHighAsTheirRanks) {
    const RankBarsScene scene = twelveBars(plainStyle());
    const RankBarsLayout layout(scene, QRectF(0, 0, 420, 160), plainStyle());
    for (std::size_t image = 0; image < scene.ranks.size(); ++image) {
        const QRectF bar = layout.bar(image);
        EXPECT_NEAR(bar.height() / layout.plot().height(), scene.ranks[image] / scene.most, 1e-9);
        EXPECT_EQ(bar.bottom(), layout.plot().bottom());
        EXPECT_EQ(layout.imageAt(bar.center()), image);
        EXPECT_EQ(layout.imageAt({bar.center().x(), layout.plot().top() + 1.0}), image)
            << "a low bar is as easy to find as a high one";
        if (image > 0) {
            EXPECT_GT(bar.left(), layout.bar(image - 1).right());
        }
    }
    EXPECT_FALSE(layout.imageAt({layout.plot().right() + 5.0, layout.plot().center().y()}));
}

TEST(RankBars, LabelsOfLinesKeepApart) {
    const QFontMetricsF metrics(plainStyle().small());
    RankBarsScene scene = twelveBars(plainStyle());
    for (int tenths = 10; tenths <= 110; ++tenths) {
        scene.mean = tenths / 10.0;
        for (const double height : {90.0, 150.0, 300.0}) {
            const RankBarsLayout layout(scene, QRectF(0, 0, 420, height), plainStyle());
            EXPECT_FALSE(layout.lines().front().label.isEmpty()) << "the mean always has one";
            for (std::size_t i = 0; i < layout.lines().size(); ++i)
                for (std::size_t j = 0; j < i; ++j)
                    if (!layout.lines()[i].label.isEmpty() && !layout.lines()[j].label.isEmpty()) {
                        EXPECT_GT(std::abs(layout.lines()[i].y - layout.lines()[j].y),
                                  0.8 * metrics.height());
                    }
            for (const auto& line : layout.lines())
                EXPECT_LT(line.at.x() + metrics.horizontalAdvance(line.label), 420.0) << "not cut off";
        }
    }
}

TEST(TwoWays, ValuesBeyondTheAxesStayAtTheirEnds) {
    const TwoWaysLayout layout({}, QRectF(0, 0, 240, 220), plainStyle());
    EXPECT_EQ(layout.at({0, 0}), layout.plot().bottomLeft());
    EXPECT_EQ(layout.at({5, 5}), layout.plot().topRight());
    EXPECT_TRUE(QRectF(0, 0, 240, 220).contains(layout.plot()));
}

TEST(TwoWays, NamesOfCornersKeepApartWhereverTheFloorIs) {
    for (int k = 1; k <= 10; ++k)
        for (const QSizeF size : {QSizeF(182, 150), QSizeF(240, 220), QSizeF(400, 300)}) {
            TwoWaysScene scene;
            scene.floor = (k + 1) / 24.0;
            const TwoWaysLayout layout(scene, QRectF(QPointF(0, 0), size), plainStyle());
            ASSERT_EQ(layout.names().size(), 4U);
            for (std::size_t i = 0; i < 4; ++i) {
                EXPECT_TRUE(QRectF(QPointF(0, 0), size).contains(layout.names()[i].area)) << k;
                for (std::size_t j = 0; j < i; ++j)
                    EXPECT_FALSE(layout.names()[i].area.intersects(layout.names()[j].area)) << k;
            }
        }
}

TEST(MeasureRows, LieOnOneWayFromUnrelatedToSame) {
    const std::vector<MeasureRow> rows(6, {QStringLiteral("distance"), QStringLiteral("0.31"), 0.5, false});
    const MeasureRowsLayout layout(rows, QRectF(0, 0, 260, 150), plainStyle());
    EXPECT_LE(layout.heightNeeded(), 150.0);
    EXPECT_EQ(layout.x(-0.2), layout.track().left());
    EXPECT_EQ(layout.x(1.3), layout.track().right());
    EXPECT_NEAR(layout.x(0.5), layout.track().center().x(), 1e-9);
    EXPECT_GT(layout.track().left(), layout.valuesEnd());
    for (std::size_t at = 1; at < rows.size(); ++at)
        EXPECT_GE(layout.row(at).top(), layout.row(at - 1).bottom() - 1e-9);
}

TEST(PlaygroundColours, InkIsReadOnEveryColour) {
    EXPECT_EQ(inkOn(Qt::white), QColor(Qt::black));
    EXPECT_EQ(inkOn(Qt::black), QColor(Qt::white));
    EXPECT_EQ(inkOn(QColor(0x0072b2)), QColor(Qt::white));
    EXPECT_EQ(inkOn(QColor(0xe69f00)), QColor(Qt::black));
    EXPECT_EQ(blended(Qt::black, Qt::white, 0.5), QColor(128, 128, 128));
}

TEST(PlaygroundPictures, ASquareOfPoints) {
    for (const bool dark : {false, true})
        expectPicture(dark ? QStringLiteral("point_square_dark") : QStringLiteral("point_square"), {240, 240},
                      dark, [](QPainter& painter, const QRectF& area, const Style& style) {
                          paintPointSquare(painter, spiral(style), PointSquareLayout(area, style), style);
                      });
}

TEST(PlaygroundPictures, OnALineNumbersStandAboveAndBelow) {
    expectPicture(QStringLiteral("point_line"), {240, 240}, false,
                  [](QPainter& painter, const QRectF& area, const Style& style) {
                      PointSquareScene scene = spiral(style);
                      for (std::size_t image = 0; image < scene.places.size(); ++image)
                          scene.places[image] =
                              QPointF(0.02 + 0.04 * static_cast<double>(image * 5 % 12), 0.5);
                      scene.nearest = 0.04;
                      paintPointSquare(painter, scene, PointSquareLayout(area, style, scene.nearest), style);
                  });
}

TEST(PlaygroundPictures, BarsOfRanks) {
    expectPicture(QStringLiteral("rank_bars"), {360, 150}, false,
                  [](QPainter& painter, const QRectF& area, const Style& style) {
                      const RankBarsScene scene = twelveBars(style);
                      paintRankBars(painter, scene, RankBarsLayout(scene, area, style), style);
                  });
}

TEST(PlaygroundPictures, BothDirectionsAndTheWayThere) {
    TwoWaysScene scene;
    scene.now = QPointF(0.31, 0.79);
    scene.trail = {{0.083, 0.083}, {0.2, 0.3}, {0.22, 0.6}};
    scene.floor = 0.083;
    scene.across = QStringLiteral("Δ(A→B)");
    scene.up = QStringLiteral("Δ(B→A)");
    expectPicture(QStringLiteral("two_ways"), {230, 210}, false,
                  [&](QPainter& painter, const QRectF& area, const Style& style) {
                      paintTwoWays(painter, scene, TwoWaysLayout(scene, area, style), style);
                  });
}

TEST(PlaygroundPictures, RowsOfMeasures) {
    const std::vector<MeasureRow> rows{{QStringLiteral("Δ(A→B)"), QStringLiteral("0.31"), 0.75, true},
                                       {QStringLiteral("CKA"), QStringLiteral("0.64"), 0.64, false},
                                       {QStringLiteral("RSA"), QStringLiteral("–"), std::nan(""), false}};
    expectPicture(QStringLiteral("measure_rows"), {250, 90}, false,
                  [&](QPainter& painter, const QRectF& area, const Style& style) {
                      paintMeasureRows(painter, rows, MeasureRowsLayout(rows, area, style), style);
                  });
}

} // namespace
} // namespace stratoscope::ui
