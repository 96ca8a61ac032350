// Measures in the window: chosen from the catalogue, one beside another, and tried at other k and poolings.
#include "tests/ui/window_fixture.h"
#include "ui/measure_box.h"
#include "ui/views/curves_view.h"
#include "ui/views/matrix_view.h"
#include "ui/views/pair_view.h"

#include <QAbstractItemView>
#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QGuiApplication>
#include <QImage>
#include <QLabel>
#include <QScrollBar>
#include <QSpinBox>
#include <QTabBar>

#include <algorithm>
#include <cmath>

namespace stratoscope::ui {
namespace {

class MeasuresTest : public WindowTest {
  protected:
    void choose(const char* box, const char* data) {
        auto* choice = child<QComboBox>(box);
        const int index = choice->findData(QLatin1String(data));
        ASSERT_GE(index, 0) << data;
        choice->setCurrentIndex(index);
        Q_EMIT choice->activated(index);
    }
    void chooseBeside(const char* measure) {
        choose("besideChoice", measure);
        ASSERT_TRUE(waitFor(
            [this] { return finished() && window->session().beside() && !window->session().besideStale(); }));
    }
    void awaitFacts() {
        ASSERT_TRUE(waitFor([this] {
            return window->inspector().facts().sensitivity() != nullptr &&
                   window->inspector().facts().others() != nullptr;
        }));
    }
};

TEST_F(MeasuresTest, EveryMeasureStandsInItsGroupWithWhatItMeans) {
    auto* box = child<QComboBox>("measureChoice");
    std::size_t measures = 0;
    QString group;
    for (int i = 0; i < box->count(); ++i) {
        const auto flags = box->model()->flags(box->model()->index(i, 0));
        if ((flags & Qt::ItemIsSelectable) == 0) {
            group = box->itemText(i);
            continue;
        }
        const measures::MeasureInfo* info = measures::find_measure(box->itemData(i).toString().toStdString());
        if (info == nullptr)
            continue; // a preset
        ++measures;
        const auto title = measures::title_of(info->group);
        EXPECT_EQ(group.toStdString(), std::string(title)) << info->name;
        const QString tip = box->itemData(i, Qt::ToolTipRole).toString();
        EXPECT_TRUE(
            tip.contains(QString::fromUtf8(info->source.data(), static_cast<qsizetype>(info->source.size()))
                             .toHtmlEscaped()))
            << info->name;
    }
    EXPECT_EQ(measures, measures::catalogue().size());
}

TEST_F(MeasuresTest, TheListOpensByKeyboardAndChooses) {
    open(write("a.h5"));
    auto* box = child<QComboBox>("measureChoice");
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Down); // the next measure, past no heading: overlap follows in the group
    ASSERT_TRUE(waitFor([this] { return finished(); }));
    EXPECT_EQ(window->session().settings().measure, "overlap");
    box->showPopup();
    EXPECT_GE(box->view()->width(), 300) << "summaries need room";
    EXPECT_TRUE(box->view()->verticalScrollBar()->isVisible()) << "there is more than fits";
    box->hidePopup();
}

TEST_F(MeasuresTest, WhatAMeasureDoesNotTakeCannotBeChosen) {
    open(write("a.h5"));
    choose("measureChoice", "cka_unbiased");
    EXPECT_FALSE(child<QSpinBox>("kChoice")->isEnabled());
    EXPECT_FALSE(child<QComboBox>("distanceChoice")->isEnabled());
    choose("besideChoice", "overlap");
    EXPECT_TRUE(child<QSpinBox>("kChoice")->isEnabled()) << "the second measure takes one";
    EXPECT_TRUE(child<QComboBox>("distanceChoice")->isEnabled());
    choose("measureChoice", "preset:platonic");
    EXPECT_EQ(window->session().settings().measure, "overlap");
    EXPECT_EQ(window->session().settings().k, 10U);
    EXPECT_EQ(window->session().settings().distance, Distance::cosine);
    ASSERT_TRUE(waitFor([this] { return finished(); }));
}

TEST_F(MeasuresTest, ADirectedAndASymmetricMeasureStandBesideEachOther) {
    open(write("a.h5"));
    const auto before = window->session().comparison();
    chooseBeside("cka_unbiased");
    EXPECT_EQ(window->session().comparison(), before) << "the first is not computed again";
    auto* matrix = child<MatrixView>("matrixView");
    ASSERT_TRUE(matrix->besideScene());
    EXPECT_EQ(matrix->besideScene()->comparison->definition.measure, "cka_unbiased");

    // the same cell over the second matrix: the crosshair is in both, the readout tells both
    const QPoint over = matrix->besideLayout().cellRect(1, 6).center().toPoint();
    QTest::mouseMove(matrix, over);
    ASSERT_TRUE(waitFor([this] { return window->selection().hoveredPair().has_value(); }));
    EXPECT_EQ(*window->selection().hoveredPair(), (LayerPair{"alpha/step_1", "beta/step_2"}));
    EXPECT_EQ(matrix->scene().hovered, (MatrixCell{1, 6}));
    EXPECT_EQ(matrix->besideScene()->hovered, (MatrixCell{1, 6}));
    const QString readout = child<QLabel>("readout")->accessibleName();
    EXPECT_TRUE(readout.contains(QStringLiteral("Δ ") + valueWithError(*before, 1, 6)))
        << readout.toStdString();
    EXPECT_TRUE(readout.contains(QStringLiteral("CKA ") + valueWithError(*window->session().beside(), 1, 6)))
        << readout.toStdString();
    QTest::mouseClick(matrix, Qt::LeftButton, {}, over);
    EXPECT_EQ(*window->selection().picked().pair, (LayerPair{"alpha/step_1", "beta/step_2"}));
    QTest::mouseDClick(matrix, Qt::LeftButton, {}, over);
    EXPECT_EQ(matrix->scene().comparison->rows.size(), 4U);
    EXPECT_EQ(matrix->besideScene()->comparison->rows.size(), 4U);

    choose("besideChoice", "");
    EXPECT_FALSE(matrix->besideScene());
    EXPECT_FALSE(window->session().beside());
    EXPECT_EQ(window->session().comparison(), before);
}

TEST_F(MeasuresTest, TwoSymmetricMeasuresShareTheTrianglesOfOneMatrix) {
    open(write("a.h5"));
    choose("measureChoice", "cka_unbiased");
    chooseBeside("overlap");
    auto* matrix = child<MatrixView>("matrixView");
    EXPECT_FALSE(matrix->besideScene());
    ASSERT_TRUE(matrix->scene().lower);
    EXPECT_EQ(matrix->scene().lower->definition.measure, "overlap");
    EXPECT_FALSE(matrix->layoutNow().lowerBarRect().isNull()) << "each has its colour bar";
    window->selection().pickBlock(ModelPair{"alpha", "beta"});
    EXPECT_TRUE(matrix->besideScene()) << "a block of two models has no triangles";
    window->selection().pickBlock(std::nullopt);
    choose("besideChoice", "");
    EXPECT_FALSE(matrix->scene().lower);
}

TEST_F(MeasuresTest, BothComeFromOnePassAndFollowK) {
    open(write("a.h5"));
    chooseBeside("overlap");
    child<QSpinBox>("kChoice")->setValue(4);
    EXPECT_TRUE(window->session().besideStale());
    ASSERT_TRUE(waitFor([this] { return finished() && !window->session().besideStale(); }));
    EXPECT_EQ(window->session().comparison()->definition.k, 4U);
    EXPECT_EQ(window->session().beside()->definition.k, 4U);
    child<QComboBox>("besideChoice")->setFocus();
    chooseBeside("procrustes"); // not of the pass: a job of its own
    EXPECT_EQ(window->session().beside()->definition.measure, "procrustes");
    writeAnswer = QString::fromStdString((folder.path() / "two.csv").string());
    window->session().saveNumbers(writeAnswer.toStdString());
    ASSERT_TRUE(waitFor([this] { return QFile(writeAnswer).size() > 0; }));
    QFile csv(writeAnswer);
    ASSERT_TRUE(csv.open(QIODevice::ReadOnly));
    const QByteArray text = csv.readAll();
    EXPECT_TRUE(text.contains("information_imbalance"));
    EXPECT_TRUE(text.contains("procrustes"));
}

TEST_F(MeasuresTest, ThePlaneShowsWhereTwoMeasuresDisagreeAndPicks) {
    open(write("a.h5"));
    chooseBeside("cka_unbiased");
    auto* plane = child<PlaneView>("planeView");
    EXPECT_EQ(plane->kind(), PlaneKind::twoMeasures);
    const auto& points = plane->layoutNow().points();
    ASSERT_EQ(points.size(), 15U * 14U) << "every directed pair";
    // one that no other hides
    const auto alone = std::ranges::find_if(points, [&](const PlaneLayout::Point& point) {
        return std::ranges::count_if(points, [&](const PlaneLayout::Point& other) {
                   const QPointF apart = other.at - point.at;
                   return QPointF::dotProduct(apart, apart) < 4.0;
               }) == 1;
    });
    ASSERT_NE(alone, points.end());
    QTest::mouseClick(plane, Qt::LeftButton, {}, alone->at.toPoint());
    const auto& rows = window->session().comparison()->rows;
    EXPECT_EQ(*window->selection().picked().pair,
              (LayerPair{rows[alone->cell.row].path(), rows[alone->cell.column].path()}));
    child<QTabBar>("planeTabs")->setCurrentIndex(0);
    EXPECT_EQ(plane->kind(), PlaneKind::directions);
    choose("besideChoice", "");
    EXPECT_FALSE(child<QTabBar>("planeTabs")->isVisible()) << "as calm as before";
}

TEST_F(MeasuresTest, ThePlanePalesLikeTheMatrixWhileItsValuesAreOfEarlierSettings) {
    open(write("a.h5"));
    auto* plane = child<PlaneView>("planeView");
    auto* matrix = child<MatrixView>("matrixView");
    const auto inkOfPlane = [plane] {
        const QImage picture = plane->grab().toImage();
        const QRect plot = plane->layoutNow().plot().toRect().adjusted(3, 3, -3, -3);
        const int paper = qGray(picture.pixel(0, 0));
        long ink = 0;
        for (int y = plot.top(); y < plot.bottom(); ++y)
            for (int x = plot.left(); x < plot.right(); ++x)
                ink += paper - qGray(picture.pixel(x, y));
        return ink;
    };
    EXPECT_FALSE(plane->scene().stale);
    const long before = inkOfPlane();
    child<QSpinBox>("kChoice")->setValue(4);
    ASSERT_TRUE(matrix->scene().stale);
    EXPECT_TRUE(plane->scene().stale);
    EXPECT_LT(inkOfPlane(), 0.8 * static_cast<double>(before)) << "it is seen, not only known";
    EXPECT_FALSE(plane->sceneOf(PlaneKind::directions).stale) << "paper is never pale";
    ASSERT_TRUE(waitFor([this] { return finished(); }));
    EXPECT_FALSE(plane->scene().stale);

    // a second measure that is computed alone: the first stays fresh, and so does its plane of two directions
    chooseBeside("overlap");
    choose("besideChoice", "cka_unbiased");
    ASSERT_TRUE(window->session().besideStale());
    EXPECT_TRUE(plane->scene().stale);
    child<QTabBar>("planeTabs")->setCurrentIndex(static_cast<int>(PlaneKind::directions));
    EXPECT_FALSE(plane->scene().stale);
    ASSERT_TRUE(waitFor([this] { return finished() && !window->session().besideStale(); }));
}

TEST_F(MeasuresTest, TheCurveOverKTellsExcessAndAClickChoosesK) {
    open(write("a.h5"));
    window->selection().pickPair({"alpha/step_1", "beta/step_3"});
    awaitFacts();
    auto* view = child<SensitivityView>("sensitivityView");
    ASSERT_TRUE(view->isVisible());
    const SensitivityScene& scene = view->scene();
    ASSERT_EQ(scene.choices.size(), 7U) << "1, 2, 5, 10, 30, 100, and the k of the window, 6";
    EXPECT_EQ(scene.choices[*scene.current].label, QStringLiteral("6"));
    ASSERT_EQ(scene.lines.size(), 2U) << "there and back";
    const auto comparison = window->session().comparison();
    EXPECT_NEAR(scene.lines[0].points[3].excess, excess(comparison->value(1, 7), comparison->floor(1, 7)),
                1e-12);

    QTest::mouseClick(view, Qt::LeftButton, {},
                      QPointF(view->layoutNow().x(4), view->layoutNow().plot().center().y()).toPoint());
    EXPECT_EQ(window->session().k(), 10U);
    ASSERT_TRUE(waitFor([this] { return finished(); }));
    EXPECT_EQ(window->session().comparison()->definition.k, 10U);
    awaitFacts();
    EXPECT_EQ(view->scene().choices.size(), 6U);
    EXPECT_EQ(view->scene().choices[*view->scene().current].label, QStringLiteral("10"));
}

TEST_F(MeasuresTest, TheCurveFollowsThePairAndOldAnswersAreDropped) {
    open(write("a.h5", {.images = 300, .dimension = 32}));
    for (int step = 0; step < 4; ++step) // faster than an answer
        window->selection().pickPair({"alpha/step_" + std::to_string(step), "beta/step_3"});
    awaitFacts();
    EXPECT_EQ(window->inspector().facts().sensitivity()->curves.front().from.path(), "alpha/step_3");
    child<QAction>("back")->trigger();
    EXPECT_EQ(window->inspector().facts().sensitivity(), nullptr) << "never the curve of another pair";
    awaitFacts();
    EXPECT_EQ(window->inspector().facts().sensitivity()->curves.front().from.path(), "alpha/step_2");
    child<QAction>("forward")->trigger();
    EXPECT_NE(window->inspector().facts().sensitivity(), nullptr) << "known already";
}

TEST_F(MeasuresTest, OtherMeasuresOfThePairStandInALine) {
    open(write("a.h5"));
    window->selection().pickPair({"alpha/step_1", "beta/step_3"});
    awaitFacts();
    const QString line = child<QLabel>("pairOthers")->text();
    for (const char* name : {"overlap", "CKNNA", "CKA", "RSA", "dCor"})
        EXPECT_TRUE(line.contains(QLatin1String(name))) << line.toStdString();
    EXPECT_FALSE(line.contains(QStringLiteral("Δ"))) << "the measure of the matrix is told larger above";
    choose("measureChoice", "overlap");
    ASSERT_TRUE(waitFor([this] { return finished(); }));
    awaitFacts();
    EXPECT_TRUE(child<QLabel>("pairOthers")->text().contains(QStringLiteral("Δ")));
}

TEST_F(MeasuresTest, WhereNothingIsDrawnTheOtherMeasuresHaveALineEach) {
    window->resize(1280, 800);
    open(write("a.h5"));
    window->selection().pickPair({"alpha/step_1", "beta/step_3"});
    choose("measureChoice", "cka_unbiased");
    ASSERT_TRUE(waitFor([this] { return finished(); }));
    awaitFacts();
    auto* others = child<QLabel>("pairOthers");
    const auto& found = *window->inspector().facts().others();
    ASSERT_TRUE(waitFor([&] { return others->text().count(QStringLiteral("<tr>")) == 5; }))
        << others->text().toStdString();
    EXPECT_EQ(found.front().definition.measure, "information_imbalance");
    EXPECT_TRUE(others->text().contains(QStringLiteral("Information imbalance")));
    EXPECT_TRUE(others->text().contains(valueWithError(found.front(), 0, 1)));
    EXPECT_GE(others->height(), 5 * others->fontMetrics().lineSpacing());
    chooseBeside("overlap"); // a plane again: short names, and what they say in full a hover away
    EXPECT_FALSE(others->text().contains(QStringLiteral("Information imbalance")));
    EXPECT_TRUE(others->toolTip().contains(QStringLiteral("Information imbalance")));
}

TEST_F(MeasuresTest, TheDimensionIsACurveOverDepth) {
    open(write("a.h5"));
    child<QTabBar>("curveTabs")->setCurrentIndex(static_cast<int>(CurveKind::dimension));
    ASSERT_TRUE(waitFor([this] { return window->session().dimensions().has_value(); }));
    const auto& curves = window->workspace().findChild<CurvesView*>();
    ASSERT_EQ(curves->figure().curves.size(), 3U) << "a model each, image statistics have none";
    const auto& found = *window->session().dimensions();
    EXPECT_EQ(curves->figure().curves[0].value[1], found.layers[1].two_nn);
    EXPECT_EQ(curves->figure().curves[0].error[1], found.layers[1].two_nn_error);
    auto* scale = child<QComboBox>("statisticChoice");
    ASSERT_TRUE(scale->isVisible());
    scale->setCurrentIndex(1);
    EXPECT_EQ(curves->figure().curves[0].value[1], found.layers[1].gride[0].value);
    window->selection().hoverPair(LayerPair{"beta/step_2", "alpha/step_0"});
    EXPECT_EQ(curves->figure().highlighted, (CurvePoint{1, 2})) << "the layer under the mouse";
    auto* distance = child<QComboBox>("distanceChoice");
    distance->setCurrentIndex(1);
    Q_EMIT distance->activated(1);
    ASSERT_TRUE(waitFor([this] {
        return window->session().dimensions() && window->session().dimensions()->distance == Distance::cosine;
    }));
    ASSERT_TRUE(waitFor([this] { return finished(); }));
}

TEST_F(MeasuresTest, TheMethodsTextTellsBothMeasures) {
    open(write("a.h5"));
    chooseBeside("cka_unbiased");
    for (QAction* action : window->findChildren<QAction*>())
        if (action->text() == QStringLiteral("Copy &methods text"))
            action->trigger();
    const QString text = QGuiApplication::clipboard()->text();
    EXPECT_TRUE(text.contains(QStringLiteral("information imbalance"))) << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("HSIC"))) << text.toStdString();
}

} // namespace
} // namespace stratoscope::ui
