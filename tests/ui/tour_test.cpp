// The tour of the demo, from start to end with the mouse: every step shows what it speaks of.
#include "tests/ui/window_fixture.h"
#include "ui/tour/tour.h"
#include "ui/views/curves_view.h"
#include "ui/views/matrix_view.h"

#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace stratoscope::ui {
namespace {

const QString demo = QStringLiteral(STRATOSCOPE_SOURCE_DIR "/resources/demo/demo.h5");

class TourTest : public WindowTest {
  protected:
    void SetUp() override {
        demoFile = demo;
        WindowTest::SetUp();
    }
    void start() {
        QTest::mouseClick(child<QToolButton>("startTour"), Qt::LeftButton);
        ASSERT_TRUE(waitFor([this] { return tour().isVisible() && finished(); }));
    }
    void next() {
        QTest::mouseClick(child<QPushButton>("tourNext"), Qt::LeftButton);
        ASSERT_TRUE(waitFor([this] { return finished(); }));
    }
    Tour& tour() { return *child<Tour>("tour"); }
    QString text() { return child<QLabel>("tourText")->text(); }
};

TEST_F(TourTest, LeadsThroughTheDemoFromAnyFile) {
    open(write("a.h5"));
    Settings settings = window->session().settings();
    settings.measure = "cka";
    settings.scale = ScaleKind::linear;
    window->session().setSettings(settings);
    start();
    EXPECT_EQ(window->session().dataset()->images.size(), 768U);
    EXPECT_EQ(tour().step(), 0U);
    EXPECT_EQ(window->session().settings().measure, "information_imbalance");
    EXPECT_FALSE(child<QPushButton>("tourBack")->isEnabled());

    next();
    ASSERT_TRUE(window->selection().picked().block);
    EXPECT_EQ(*window->selection().picked().block, (ModelPair{"resnet", "resnet_twin"}));
    EXPECT_FALSE(text().contains(QStringLiteral("…"))) << "the numbers are there";

    next();
    EXPECT_FALSE(window->selection().picked().block);
    EXPECT_EQ(window->workspace().curves().kind(), CurveKind::retention);
    EXPECT_FALSE(text().contains(QStringLiteral("…")));
    next();
    EXPECT_EQ(window->workspace().curves().kind(), CurveKind::smoothness);
    EXPECT_FALSE(text().contains(QStringLiteral("…")));

    next();
    ASSERT_TRUE(window->selection().picked().pair);
    EXPECT_EQ(*window->selection().picked().pair, (LayerPair{"resnet/stage3_2", "autoencoder/latent"}));
    next();
    next();
    next();
    EXPECT_EQ(tour().step() + 1, tour().steps().size());
    EXPECT_EQ(child<QPushButton>("tourNext")->text(), QStringLiteral("Done"));
    QTest::mouseClick(child<QPushButton>("tourBack"), Qt::LeftButton);
    EXPECT_EQ(tour().step() + 2, tour().steps().size());
    next();
    QTest::mouseClick(child<QPushButton>("tourNext"), Qt::LeftButton);
    EXPECT_FALSE(tour().isVisible());
    EXPECT_FALSE(child<QWidget>("spotlight")->isVisible());
}

TEST_F(TourTest, StaysInsideTheWindowBesideWhatItShows) {
    start();
    for (const QSize size : {QSize(1280, 800), QSize(1024, 700)}) {
        window->resize(size);
        for (std::size_t step = 0; step < tour().steps().size(); ++step) {
            ASSERT_TRUE(waitFor([this] { return finished(); }));
            QCoreApplication::processEvents();
            EXPECT_TRUE(window->rect().contains(tour().geometry())) << step;
            const auto* words = child<QLabel>("tourText");
            EXPECT_GE(words->height(), words->heightForWidth(words->width())) << step << ": cut off";
            EXPECT_GE(tour().height(), tour().sizeHint().height()) << step << ": cut off";
            EXPECT_FALSE(child<QWidget>("spotlight")->geometry().isEmpty()) << step;
            if (step + 1 < tour().steps().size())
                next();
        }
        while (tour().step() > 0)
            QTest::mouseClick(child<QPushButton>("tourBack"), Qt::LeftButton);
    }
}

TEST_F(TourTest, NextStaysUnderTheMouseWhereItHidesNothing) {
    start();
    auto* button = child<QPushButton>("tourNext");
    const auto corner = [&] { return button->mapTo(window.get(), button->rect().bottomRight()); };
    int moves = 0;
    for (std::size_t step = 0; step + 1 < tour().steps().size(); ++step) {
        const QPoint before = corner();
        next();
        QCoreApplication::processEvents();
        moves += corner() == before ? 0 : 1;
        const auto part = tour().steps()[tour().step()].part;
        if (part && corner() == before) {
            const QWidget* shown = window->workspace().part(*part);
            const QRect where(shown->mapTo(window.get(), QPoint(0, 0)), shown->size());
            EXPECT_FALSE(where.contains(tour().geometry())) << step;
        }
    }
    EXPECT_LE(moves, 2) << "of seven";
}

TEST_F(TourTest, EndsWithItsButtonWithEscAndWithOtherData) {
    start();
    QTest::mouseClick(child<QToolButton>("tourClose"), Qt::LeftButton);
    EXPECT_FALSE(tour().isVisible());
    start();
    child<QPushButton>("tourNext")->setFocus();
    QTest::keyClick(child<QPushButton>("tourNext"), Qt::Key_Escape);
    EXPECT_FALSE(tour().isVisible());
    start();
    open(write("a.h5"));
    EXPECT_TRUE(waitFor([this] { return !tour().isVisible(); }));
    EXPECT_EQ(window->session().dataset()->models.size(), 4U);
}

} // namespace
} // namespace stratoscope::ui
