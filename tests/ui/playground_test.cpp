// The playground, with mouse and keyboard: what it says is what slow arithmetic says of the points that are
// seen.
#include "tests/support/naive_reference.h"
#include "tests/ui/window_fixture.h"
#include "ui/painting/value_scale.h"
#include "ui/playground/bars_view.h"
#include "ui/playground/measure_views.h"
#include "ui/playground/playground.h"
#include "ui/playground/square_view.h"
#include "ui/tour/tour.h"

#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSlider>
#include <QTabBar>
#include <QToolButton>

#include <algorithm>

namespace stratoscope::ui {
namespace {

Matrix<float> rowsOf(const Places& places) {
    Matrix<float> out(places.size(), 2);
    for (std::size_t image = 0; image < places.size(); ++image) {
        out(image, 0) = static_cast<float>(places[image].x());
        out(image, 1) = static_cast<float>(places[image].y());
    }
    return out;
}

class PlaygroundTest : public WindowTest {
  protected:
    void SetUp() override {
        demoFile = QStringLiteral(STRATOSCOPE_SOURCE_DIR "/resources/demo/demo.h5");
        WindowTest::SetUp();
        QTest::mouseClick(child<QToolButton>("startPlayground"), Qt::LeftButton);
        ASSERT_TRUE(settled());
    }
    Playground& playground() { return *child<Playground>("playground"); }
    bool settled() {
        return waitFor(
            [this] { return playground().isVisible() && playground().portrait() && !playground().busy(); });
    }
    SquareView& square(Side side) { return *child<SquareView>(side == Side::a ? "squareA" : "squareB"); }
    QString sentence() { return child<QLabel>("playgroundSentence")->text(); }
    QString formula() { return child<QLabel>("formulaAToB")->text(); }

    void showExample(const char* name) {
        const auto& examples = playground().examples();
        const auto at = std::ranges::find(examples, QLatin1String(name), &PlaygroundExample::name);
        ASSERT_NE(at, examples.end());
        auto* list = child<QListWidget>("playgroundExamples");
        const QModelIndex row = list->model()->index(static_cast<int>(at - examples.begin()), 0);
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(row).center());
        ASSERT_TRUE(settled());
        EXPECT_EQ(playground().shown(Side::a), at->a);
        EXPECT_EQ(playground().shown(Side::b), at->b);
        EXPECT_EQ(square(Side::a).scene().nearest, nearestOf(at->a)) << "so large its points may be";
        EXPECT_EQ(square(Side::b).scene().nearest, nearestOf(at->b));
    }
    /// From the middle of an image to a place of the square, in some steps.
    void drag(Side side, std::size_t image, QPointF to, bool release = true) {
        SquareView& view = square(side);
        const QPointF from = view.layoutNow().at(view.scene().places[image]);
        const QPointF end = view.layoutNow().at(to);
        QTest::mousePress(&view, Qt::LeftButton, {}, from.toPoint());
        for (int step = 1; step <= 5; ++step)
            QTest::mouseMove(&view, (from + (end - from) * step / 5.0).toPoint());
        if (release)
            QTest::mouseRelease(&view, Qt::LeftButton, {}, end.toPoint());
    }
    /// Numbers, words and bars against slow arithmetic on the points that are seen.
    void expectTrue(std::size_t k = 1) {
        ASSERT_TRUE(settled());
        const jobs::PairPortrait& said = *playground().portrait();
        const Matrix<float> a = rowsOf(playground().shown(Side::a));
        const Matrix<float> b = rowsOf(playground().shown(Side::b));
        EXPECT_EQ(said.k, k);
        const double forward = support::naive_information_imbalance(a, b, k, Distance::euclidean);
        const double backward = support::naive_information_imbalance(b, a, k, Distance::euclidean);
        EXPECT_NEAR(imbalanceOf(said, Way::aToB), forward, 1e-12);
        EXPECT_NEAR(imbalanceOf(said, Way::bToA), backward, 1e-12);
        const QString there = shortNumber(imbalanceOf(said, Way::aToB)); // 3/24 may be rounded either way
        EXPECT_TRUE(formula().endsWith(QStringLiteral("<b>%1</b>").arg(there))) << formula().toStdString();
        const auto& rows = playground().findChild<MeasuresView*>()->rows();
        EXPECT_EQ(rows.at(0).value, there) << "the same number wherever it stands";
        EXPECT_EQ(rows.at(1).value, shortNumber(imbalanceOf(said, Way::bToA)));
        const auto parts = playground().way() == Way::aToB
                               ? support::naive_divergence(a, b, k, Distance::euclidean)
                               : support::naive_divergence(b, a, k, Distance::euclidean);
        const RankBarsScene& bars = child<BarsView>("playgroundBars")->scene();
        ASSERT_EQ(bars.ranks.size(), parts.size());
        for (std::size_t image = 0; image < parts.size(); ++image)
            EXPECT_NEAR(bars.ranks[image], 12.0 * parts[image], 1e-9) << image;
        EXPECT_EQ(bars.chosen, playground().chosen());
        if (k == 1)
            expectSentence(playground().way() == Way::aToB ? a : b, playground().way() == Way::aToB ? b : a);
    }
    void expectSentence(const Matrix<float>& first, const Matrix<float>& second) {
        const std::size_t i = playground().chosen();
        const auto ranksOf = [](const Matrix<float>& rows) {
            return support::naive_ranks(support::naive_squared_distances(rows, Distance::euclidean));
        };
        const Matrix<double> here = ranksOf(first);
        const Matrix<double> there = ranksOf(second);
        std::size_t nearest = 0;
        while (here(i, nearest) != 1.0)
            ++nearest;
        EXPECT_TRUE(sentence().startsWith(
            QStringLiteral("Nearest to image %1 in %2 is image %3.")
                .arg(i + 1)
                .arg(playground().way() == Way::aToB ? QStringLiteral("A") : QStringLiteral("B"))
                .arg(nearest + 1)))
            << sentence().toStdString();
        const double rank = there(i, nearest);
        const QString place = rank == 1.0
                                  ? QStringLiteral("is the nearest, too")
                                  : QStringLiteral("image %1 is %2:").arg(nearest + 1).arg(ordinal(rank));
        EXPECT_TRUE(sentence().contains(place)) << sentence().toStdString() << " but " << rank;
        const PointSquareScene& ranked = square(playground().way() == Way::aToB ? Side::b : Side::a).scene();
        EXPECT_EQ(ranked.linked, std::vector<std::size_t>{nearest});
        EXPECT_EQ(static_cast<double>(ranked.numbered.size()), rank) << "all that are as near, and no others";
        for (const auto& [image, text] : ranked.numbered)
            EXPECT_EQ(text, ordinal(there(i, image)));
    }
};

TEST_F(PlaygroundTest, BeginsWithTwoOfTheSame) {
    expectTrue();
    EXPECT_NEAR(playground().portrait()->measures.front().value(0, 1), 2.0 / 24.0, 1e-12) << "the floor";
    EXPECT_TRUE(playground().isWindow());
    EXPECT_FALSE(playground().isModal());
    EXPECT_FALSE(child<QPushButton>("playgroundUndo")->isEnabled());
    EXPECT_FALSE(child<QPushButton>("playgroundReset")->isEnabled());
}

TEST_F(PlaygroundTest, ADraggedPointChangesRanksSentenceAndValue) {
    const Places before = playground().shown(Side::b);
    drag(Side::b, 5, {0.9, 0.9});
    expectTrue();
    EXPECT_EQ(playground().chosen(), 5U);
    EXPECT_NEAR(playground().shown(Side::b)[5].x(), 0.9, 0.01);
    EXPECT_EQ(playground().shown(Side::a), before) << "A is as it was";
    EXPECT_GT(imbalanceOf(*playground().portrait(), Way::aToB), 2.5 / 24.0);
    EXPECT_FALSE(sentence().contains(QStringLiteral("nearest, too")));

    drag(Side::a, 5, {0.92, 0.88});
    expectTrue();
    QTest::mouseClick(child<QPushButton>("playgroundUndo"), Qt::LeftButton);
    QTest::mouseClick(child<QPushButton>("playgroundUndo"), Qt::LeftButton);
    expectTrue();
    EXPECT_EQ(playground().shown(Side::a), before);
    EXPECT_EQ(playground().shown(Side::b), before) << "a drag is undone as a whole";
    EXPECT_FALSE(child<QPushButton>("playgroundUndo")->isEnabled());
}

TEST_F(PlaygroundTest, APointStaysInItsSquare) {
    SquareView& view = square(Side::b);
    const QPoint from = view.layoutNow().at(view.scene().places[3]).toPoint();
    QTest::mousePress(&view, Qt::LeftButton, {}, from);
    QTest::mouseMove(&view, QPoint(-500, 5000));
    QTest::mouseRelease(&view, Qt::LeftButton, {}, QPoint(-500, 5000));
    EXPECT_EQ(playground().shown(Side::b)[3], QPointF(0.0, 1.0));
    expectTrue();
}

TEST_F(PlaygroundTest, WorksByKeyboard) {
    square(Side::b).setFocus();
    QTest::keyClicks(&square(Side::b), QStringLiteral("12"));
    EXPECT_EQ(playground().chosen(), 11U);
    QTest::qWait(950);
    QTest::keyClicks(&square(Side::b), QStringLiteral("7"));
    EXPECT_EQ(playground().chosen(), 6U) << "after a while another number begins";
    QTest::keyClick(&square(Side::b), Qt::Key_PageDown);
    EXPECT_EQ(playground().chosen(), 7U);
    const Places before = playground().shown(Side::b);
    for (int press = 0; press < 6; ++press)
        QTest::keyClick(&square(Side::b), Qt::Key_Down, Qt::ShiftModifier);
    QTest::keyClick(&square(Side::b), Qt::Key_Left);
    EXPECT_NEAR(playground().shown(Side::b)[7].y(), before[7].y() + 0.3, 1e-9);
    EXPECT_NEAR(playground().shown(Side::b)[7].x(), before[7].x() - 0.01, 1e-9);
    expectTrue();
    QTest::keyClick(&square(Side::b), Qt::Key_Z, Qt::ControlModifier);
    expectTrue();
    EXPECT_EQ(playground().shown(Side::b), before) << "moves of one image are undone together";
    auto* list = child<QListWidget>("playgroundExamples");
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Down);
    QTest::keyClicks(list, QStringLiteral("3"));
    EXPECT_EQ(playground().chosen(), 2U) << "numbers work wherever the keyboard is";
    expectTrue();
}

TEST_F(PlaygroundTest, TurnedIsExactlyTheSame) {
    for (const std::size_t k : {1U, 4U, 10U}) {
        child<QSlider>("playgroundK")->setValue(static_cast<int>(k));
        showExample("same");
        expectTrue(k);
        const double same = imbalanceOf(*playground().portrait(), Way::aToB);
        showExample("turned");
        expectTrue(k);
        EXPECT_EQ(imbalanceOf(*playground().portrait(), Way::aToB), same);
        EXPECT_EQ(imbalanceOf(*playground().portrait(), Way::bToA), same);
        EXPECT_NEAR(same, static_cast<double>(k + 1) / 24.0, 1e-12) << "the floor";
    }
}

TEST_F(PlaygroundTest, WhatTheExamplesSayHolds) {
    const auto ways = [this] {
        expectTrue(static_cast<std::size_t>(child<QSlider>("playgroundK")->value()));
        return QPointF(imbalanceOf(*playground().portrait(), Way::aToB),
                       imbalanceOf(*playground().portrait(), Way::bToA));
    };
    const auto valueOf = [this](std::string_view measure) {
        const auto& all = playground().portrait()->measures;
        return std::ranges::find(all, measure, [](const Comparison& c) { return c.definition.measure; })
            ->value(0, 1);
    };
    EXPECT_EQ(child<QLabel>("playgroundWords")->text(),
              QStringLiteral("A predicts B very closely\nB predicts A very closely"));
    for (const char* lossy : {"lost_vertical", "folded"}) {
        showExample(lossy);
        const QPointF found = ways();
        EXPECT_LT(found.x(), 0.4) << lossy;
        EXPECT_GT(found.y(), 0.7) << lossy << ": the way back is lost";
    }
    showExample("rearranged");
    EXPECT_EQ(ways(), QPointF(2.0 / 24.0, 2.0 / 24.0));
    EXPECT_LT(valueOf("cka_unbiased"), 0.6);
    EXPECT_LT(valueOf("rsa_pearson"), 0.9);
    showExample("outlier");
    EXPECT_LT(ways().x(), 0.2);
    EXPECT_LT(valueOf("cka_unbiased"), 0.6);
    showExample("unrelated");
    EXPECT_NEAR(ways().x(), 1.0, 0.2);
    EXPECT_NEAR(ways().y(), 1.0, 0.2);
    showExample("clusters");
    EXPECT_GT(ways().x(), 0.2);
    child<QSlider>("playgroundK")->setValue(5);
    EXPECT_NEAR(ways().x(), 6.0 / 24.0, 1e-12) << "all of a group: the floor";
    EXPECT_NEAR(ways().y(), 6.0 / 24.0, 1e-12);
}

TEST_F(PlaygroundTest, NoiseTakesAwayWhatBKnewAndGivesItBack) {
    showExample("turned");
    const Places clean = playground().shown(Side::b);
    auto* noise = child<QSlider>("playgroundNoise");
    noise->setValue(100);
    expectTrue();
    EXPECT_GT(imbalanceOf(*playground().portrait(), Way::aToB), 0.7);
    drag(Side::b, 2, {0.5, 0.5});
    EXPECT_NEAR(playground().shown(Side::b)[2].x(), 0.5, 0.01) << "it follows the mouse under noise, too";
    expectTrue();
    QTest::mouseClick(child<QPushButton>("playgroundUndo"), Qt::LeftButton);
    ASSERT_TRUE(settled());
    noise->setValue(0);
    expectTrue();
    for (std::size_t image = 0; image < clean.size(); ++image)
        EXPECT_LT((playground().shown(Side::b)[image] - clean[image]).manhattanLength(), 1e-12);
    noise->setValue(30);
    QTest::mouseClick(child<QPushButton>("playgroundReset"), Qt::LeftButton);
    expectTrue();
    EXPECT_EQ(noise->value(), 0);
    EXPECT_EQ(playground().shown(Side::b), clean);
}

TEST_F(PlaygroundTest, TellsTheOtherDirectionAndMoreNeighbours) {
    showExample("folded");
    auto* ways = child<QTabBar>("playgroundWays");
    QTest::mouseClick(ways, Qt::LeftButton, {}, ways->tabRect(1).center());
    EXPECT_EQ(playground().way(), Way::bToA);
    expectTrue();
    EXPECT_TRUE(child<QLabel>("formulaBToA")->isEnabled());
    EXPECT_FALSE(child<QLabel>("formulaAToB")->isEnabled());
    child<QSlider>("playgroundK")->setValue(3);
    expectTrue(3);
    EXPECT_EQ(square(Side::b).scene().linked.size(), 3U);
    EXPECT_TRUE(sentence().startsWith(QStringLiteral("Nearest to image 5 in B are images ")))
        << sentence().toStdString();
    child<QSlider>("playgroundK")->setValue(10);
    expectTrue(10);
    EXPECT_TRUE(sentence().startsWith(QStringLiteral("The 10 images nearest to image 5 in B have ranks ")))
        << sentence().toStdString();
}

TEST_F(PlaygroundTest, TheMouseOverABarChoosesItsImage) {
    playground().move(1500, 0); // where the other window does not take the mouse
    auto* bars = child<BarsView>("playgroundBars");
    QTest::mouseMove(bars, bars->layoutNow().bar(16).center().toPoint());
    EXPECT_EQ(playground().chosen(), 16U);
    EXPECT_EQ(square(Side::a).scene().chosen, 16U);
    expectTrue();
}

TEST_F(PlaygroundTest, ImagesAtTheSamePlaceAreNoError) {
    for (const std::size_t image : {0U, 1U, 2U, 6U})
        drag(Side::b, image, {-1.0, -1.0});
    ASSERT_TRUE(settled());
    const Matrix<float> a = rowsOf(playground().shown(Side::a));
    const Matrix<float> b = rowsOf(playground().shown(Side::b));
    EXPECT_EQ(playground().shown(Side::b)[6], QPointF(0.0, 0.0));
    EXPECT_NEAR(imbalanceOf(*playground().portrait(), Way::bToA),
                support::naive_information_imbalance(b, a, 1, Distance::euclidean), 1e-12);
    auto* ways = child<QTabBar>("playgroundWays");
    ways->setCurrentIndex(1);
    EXPECT_TRUE(sentence().contains(QStringLiteral("are images")))
        << "three are equally near: " << sentence().toStdString();
}

TEST_F(PlaygroundTest, WhoeverTakesAPointOnItsWayGoesOnFromThere) {
    auto* list = child<QListWidget>("playgroundExamples");
    const Places start = playground().shown(Side::b);
    const Places end = playground().examples().back().b;
    list->setCurrentRow(list->count() - 1);
    ASSERT_TRUE(waitFor([&] { return playground().shown(Side::b) != start; }));
    drag(Side::b, 9, {0.5, 0.5}, false);
    const Places held = playground().shown(Side::b);
    QTest::qWait(400);
    EXPECT_EQ(playground().shown(Side::b), held) << "it stands still";
    QTest::mouseRelease(&square(Side::b), Qt::LeftButton, {}, QPoint(5, 5));
    expectTrue();
}

TEST_F(PlaygroundTest, ClosesWhileItMovesAndComputes) {
    auto* list = child<QListWidget>("playgroundExamples");
    for (int round = 0; round < 3; ++round) {
        list->setCurrentRow((round + 2) % list->count());
        QCoreApplication::processEvents();
        QTest::keyClick(&playground(), Qt::Key_Escape);
        EXPECT_FALSE(playground().isVisible());
        QTest::mouseClick(child<QToolButton>("startPlayground"), Qt::LeftButton);
    }
    list->setCurrentRow(1);
    QCoreApplication::processEvents();
    window->close();
    EXPECT_FALSE(playground().isVisible()) << "it goes with its window";
    window.reset(); // with a question on its way
}

TEST_F(PlaygroundTest, NothingIsCutOff) {
    for (const QSize size : {QSize(900, 600), QSize(1600, 900)}) {
        playground().resize(size);
        for (const auto& example : playground().examples()) {
            playground().showExample(static_cast<std::size_t>(&example - playground().examples().data()));
            for (const int k : {1, 4, 10}) {
                child<QSlider>("playgroundK")->setValue(k);
                ASSERT_TRUE(settled());
                QCoreApplication::processEvents();
                EXPECT_EQ(playground().size(), size) << "nothing asks for more room";
                for (const QLabel* label : playground().findChildren<QLabel*>()) {
                    if (!label->isVisible() || label->objectName() == QStringLiteral("cardSubtitle"))
                        continue; // that one finds a shorter wording
                    const int height = label->wordWrap() ? label->heightForWidth(label->width())
                                                         : label->sizeHint().height();
                    EXPECT_GE(label->height(), height) << label->text().toStdString();
                    if (!label->wordWrap()) {
                        EXPECT_GE(label->width(), label->sizeHint().width()) << label->text().toStdString();
                    }
                }
                for (const Side side : {Side::a, Side::b})
                    EXPECT_TRUE(QRectF(square(side).rect()).contains(square(side).layoutNow().frame()));
            }
        }
        child<QSlider>("playgroundK")->setValue(1);
    }
}

TEST_F(PlaygroundTest, LeadsToTheTourAndTheTourLeadsBack) {
    QTest::mouseClick(child<QPushButton>("playgroundTour"), Qt::LeftButton);
    EXPECT_FALSE(playground().isVisible()) << "it would lie over the tour";
    ASSERT_TRUE(waitFor([this] { return child<Tour>("tour")->isVisible() && finished(); }));
    while (child<Tour>("tour")->step() + 1 < child<Tour>("tour")->steps().size()) {
        QTest::mouseClick(child<QPushButton>("tourNext"), Qt::LeftButton);
        ASSERT_TRUE(waitFor([this] { return finished(); }));
    }
    auto* text = child<QLabel>("tourText");
    text->setFocus();
    QTest::keyClick(text, Qt::Key_Tab);
    QTest::keyClick(text, Qt::Key_Return);
    EXPECT_TRUE(waitFor([this] { return playground().isVisible(); }));
}

TEST_F(PlaygroundTest, FollowsTheTheme) {
    const auto brightness = [this] {
        return qGray(playground().grab().toImage().pixel(playground().width() / 2, 2));
    };
    EXPECT_GT(brightness(), 200);
    window->setTheme(Theme::dark);
    EXPECT_LT(brightness(), 60);
}

} // namespace
} // namespace stratoscope::ui
