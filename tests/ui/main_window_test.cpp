// The journey of an issue's reader: open, hover, click a cell, click an image, go back, change k, export.
#include "tests/ui/window_fixture.h"
#include "ui/views/card.h"
#include "ui/views/error_banner.h"
#include "ui/views/gallery_view.h"
#include "ui/views/matrix_view.h"
#include "ui/views/neighbours_view.h"

#include <QAction>
#include <QActionGroup>
#include <QComboBox>
#include <QDir>
#include <QDropEvent>
#include <QFile>
#include <QImage>
#include <QLabel>
#include <QMimeData>
#include <QSpinBox>
#include <QTabBar>
#include <QToolButton>
#include <QTreeWidget>

#include <cmath>
#include <fstream>

namespace stratoscope::ui {
namespace {

QString readoutOf(const MainWindow& window) {
    return window.findChild<QLabel*>(QStringLiteral("readout"))->accessibleName();
}

TEST_F(WindowTest, OpensAndShowsAllModelsAtOnce) {
    open(write("a.h5"));
    const auto comparison = window->session().comparison();
    EXPECT_EQ(comparison->definition.measure, "information_imbalance");
    EXPECT_EQ(comparison->definition.k, 6U);          // N/20 of 120 images
    EXPECT_EQ(comparison->rows.size(), 3U * 4U + 3U); // all statistics, light, contrast
    EXPECT_EQ(window->windowTitle(), QStringLiteral("a.h5 — Stratoscope"));
    auto* matrix = child<MatrixView>("matrixView");
    EXPECT_EQ(matrix->layoutNow().rowModels().size(), 4U);
    EXPECT_TRUE(window->selection().picked().pair) << "there is something to look at from the start";
    ASSERT_TRUE(waitFor([this] { return window->session().health().has_value(); }));
}

TEST_F(WindowTest, AFirstLookShowsNeighboursOfTheImageThatDiffersMost) {
    open(write("a.h5"));
    ASSERT_TRUE(waitFor([this] { return window->inspector().neighbours().has_value(); }));
    EXPECT_FALSE(window->selection().picked().image) << "nobody picked one";
    EXPECT_EQ(window->inspector().image(), window->inspector().ranked()->order.front());
    EXPECT_EQ(window->inspector().neighbours()->image, window->inspector().ranked()->order.front());
    // The other way another image comes first.
    window->inspector().setRanking({false, false});
    const std::size_t first = window->inspector().ranked()->order.front();
    ASSERT_TRUE(waitFor([this] { return window->inspector().neighbours().has_value(); }));
    EXPECT_EQ(window->inspector().neighbours()->image, first);
    // From it the keyboard goes on.
    QTest::keyClick(child<GalleryView>("galleryView"), Qt::Key_Right);
    EXPECT_EQ(window->selection().picked().image, window->inspector().ranked()->order[1]);
}

TEST_F(WindowTest, AnImageIsToldByItsLabelAndWhereThereIsRoomByItsId) {
    open(write("a.h5"));
    ASSERT_TRUE(waitFor([this] { return window->inspector().ranked().has_value(); }));
    const auto* view = child<NeighboursView>("neighboursView");
    const QStringList all = view->about(7, 5);
    ASSERT_EQ(all.size(), 5);
    EXPECT_EQ(all[0], QStringLiteral("middle"));
    EXPECT_EQ(all[1], QStringLiteral("image_007"));
    EXPECT_EQ(view->about(7, 4), QStringList({all[0], all[2], all[3], all[4]})) << "numbers come before it";
}

TEST_F(WindowTest, NothingMovesWhenSomethingIsComputed) {
    open(write("a.h5", {.images = 400, .layers = 8}));
    const QSize before = window->workspace().size();
    child<QSpinBox>("kChoice")->setValue(3);
    ASSERT_TRUE(waitFor([this] { return child<QLabel>("jobWords")->isVisible(); }));
    QCoreApplication::processEvents();
    EXPECT_EQ(window->workspace().size(), before);
    ASSERT_TRUE(waitFor([this] { return finished(); }));
}

TEST_F(WindowTest, TheJourneyFromAFileToAFigure) {
    open(write("a.h5"));
    auto* matrix = child<MatrixView>("matrixView");
    const auto comparison = window->session().comparison();

    // hover: the readout tells the cell's value, and the curves and the pair know of it
    const QPoint over = matrix->layoutNow().cellRect(1, 6).center().toPoint();
    QTest::mouseMove(matrix, over);
    ASSERT_TRUE(waitFor([this] { return window->selection().hoveredPair().has_value(); }));
    EXPECT_EQ(*window->selection().hoveredPair(), (LayerPair{"alpha/step_1", "beta/step_2"}));
    EXPECT_TRUE(readoutOf(*window).contains(QStringLiteral("Model alpha step_1 → Model beta step_2: ")))
        << readoutOf(*window).toStdString();
    EXPECT_TRUE(readoutOf(*window).contains(shortNumber(comparison->value(1, 6))));
    EXPECT_TRUE(readoutOf(*window).contains(QStringLiteral("back: ") + shortNumber(comparison->value(6, 1))));

    // click a cell: the images are sorted by what makes these two layers differ
    QTest::mouseClick(matrix, Qt::LeftButton, {}, over);
    ASSERT_TRUE(waitFor([this] { return window->inspector().ranked().has_value(); }));
    auto* gallery = child<GalleryView>("galleryView");
    const auto& ranked = *window->inspector().ranked();
    EXPECT_EQ(gallery->order(), ranked.order);
    EXPECT_GE(ranked.score[ranked.order[0]], ranked.score[ranked.order[119]]);

    // click an image: its nearest in both layers
    QTest::mouseClick(gallery->viewport(), Qt::LeftButton, {}, gallery->tileRect(2).center().toPoint());
    EXPECT_EQ(window->selection().picked().image, ranked.order[2]);
    ASSERT_TRUE(waitFor([this] { return window->inspector().neighbours().has_value(); }));
    EXPECT_EQ(window->inspector().neighbours()->image, ranked.order[2]);
    EXPECT_EQ(window->inspector().neighbours()->in_a.size(), 6U);

    // back: the cell without the image; back again: what was shown at first; forward: the cell
    const LayerPair clicked = *window->selection().picked().pair;
    child<QAction>("back")->trigger();
    EXPECT_EQ(window->selection().picked().pair, clicked);
    EXPECT_FALSE(window->selection().picked().image);
    child<QAction>("back")->trigger();
    EXPECT_NE(window->selection().picked().pair, clicked);
    EXPECT_FALSE(child<QAction>("back")->isEnabled());
    child<QAction>("forward")->trigger();
    EXPECT_EQ(window->selection().picked().pair, clicked);

    // another k: the old picture stays, marked stale, until the new one is there
    child<QSpinBox>("kChoice")->setValue(1);
    EXPECT_TRUE(window->session().stale());
    EXPECT_EQ(window->session().comparison(), comparison);
    ASSERT_TRUE(waitFor([this] { return finished(); }));
    EXPECT_EQ(window->session().comparison()->definition.k, 1U);
    EXPECT_EQ(window->selection().picked().pair, clicked) << "what is looked at stays";

    // a figure
    writeAnswer = QString::fromStdString((folder.path() / "figure.pdf").string());
    window->exportFigureAs(FigureKind::matrix, {}, QStringLiteral("pdf"));
    QFile figure(writeAnswer);
    ASSERT_TRUE(figure.open(QIODevice::ReadOnly));
    const QByteArray bytes = figure.readAll();
    EXPECT_TRUE(bytes.startsWith("%PDF"));
    EXPECT_FALSE(bytes.contains("/Subtype /Image")) << "a vector figure holds no pictures";
}

TEST_F(WindowTest, DoubleClickFillsTheMatrixWithOneBlockAndEscapeLeavesIt) {
    open(write("a.h5"));
    auto* matrix = child<MatrixView>("matrixView");
    QTest::mouseDClick(matrix, Qt::LeftButton, {}, matrix->layoutNow().cellRect(1, 6).center().toPoint());
    EXPECT_EQ(matrix->scene().comparison->rows.size(), 4U);
    EXPECT_EQ(matrix->scene().comparison->rows.front().model, "alpha");
    EXPECT_EQ(matrix->scene().comparison->columns.front().model, "beta");
    EXPECT_TRUE(matrix->layoutNow().layersNamed());
    EXPECT_TRUE(child<QToolButton>("allModels")->isVisible());
    QTest::keyClick(matrix, Qt::Key_Escape);
    EXPECT_EQ(matrix->scene().comparison->rows.size(), 15U);
}

TEST_F(WindowTest, ArrowKeysWalkOverTheMatrix) {
    open(write("a.h5"));
    auto* matrix = child<MatrixView>("matrixView");
    window->selection().pickPair({"alpha/step_1", "alpha/step_2"});
    QTest::keyClick(matrix, Qt::Key_Down);
    QTest::keyClick(matrix, Qt::Key_Right);
    EXPECT_EQ(*window->selection().picked().pair, (LayerPair{"alpha/step_2", "alpha/step_3"}));
}

TEST_F(WindowTest, UntickingAModelTakesItFromEveryPicture) {
    open(write("a.h5"));
    auto* tree = child<QTreeWidget>("layerTree");
    ASSERT_EQ(tree->topLevelItemCount(), 4);
    tree->topLevelItem(1)->setCheckState(0, Qt::Unchecked);
    ASSERT_TRUE(waitFor([this] { return window->session().comparison()->rows.size() == 11; }));
    for (const ComparedLayer& layer : window->session().comparison()->rows)
        EXPECT_NE(layer.model, "beta");
    tree->topLevelItem(1)->setCheckState(0, Qt::Checked);
    ASSERT_TRUE(waitFor([this] { return window->session().comparison()->rows.size() == 15; }));
}

TEST_F(WindowTest, EveryMeasureAndDistanceCanBeChosen) {
    open(write("a.h5"));
    auto* measure = child<QComboBox>("measureChoice");
    for (const char* name : {"overlap", "cka_unbiased", "cka", "information_imbalance"}) {
        const int index = measure->findData(QLatin1String(name));
        ASSERT_GE(index, 0) << name;
        measure->setCurrentIndex(index);
        Q_EMIT measure->activated(index);
        ASSERT_TRUE(waitFor([this] { return finished(); }));
        EXPECT_EQ(window->session().comparison()->definition.measure, name);
    }
    EXPECT_TRUE(child<QComboBox>("distanceChoice")->isEnabled());
    auto* distance = child<QComboBox>("distanceChoice");
    distance->setCurrentIndex(1);
    Q_EMIT distance->activated(1);
    ASSERT_TRUE(waitFor([this] { return finished(); }));
    EXPECT_EQ(window->session().comparison()->definition.distance, Distance::cosine);
}

TEST_F(WindowTest, FilesCanBeDroppedAndAreRemembered) {
    const QString file = write("dropped.h5");
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(file)});
    QDragEnterEvent enter(QPoint(200, 200), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(window.get(), &enter);
    EXPECT_TRUE(enter.isAccepted());
    QDropEvent drop(QPointF(200, 200), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(window.get(), &drop);
    ASSERT_TRUE(waitFor([this] { return window->session().dataset() && finished(); }));
    window->close();
    makeWindow();
    bool found = false;
    for (const QAction* action : window->findChildren<QAction*>())
        found = found || action->text() == QStringLiteral("dropped.h5");
    EXPECT_TRUE(found);
}

TEST_F(WindowTest, WithoutPicturesIdsAreShownAndStatisticsAreOffered) {
    open(write("bare.h5", {.thumbnails = false, .statistics = false}));
    EXPECT_FALSE(window->thumbnails().hasPictures());
    child<QTabBar>("curveTabs")->setCurrentIndex(1);
    EXPECT_FALSE(window->findChild<QWidget*>(QStringLiteral("computeStatistics"))->isVisible())
        << "there is nothing to compute them from";
    EXPECT_FALSE(window->grab().isNull());
}

TEST_F(WindowTest, StatisticsAreComputedFromPictures) {
    open(write("bare.h5", {.statistics = false}));
    child<QTabBar>("curveTabs")->setCurrentIndex(1);
    auto* button = child<QWidget>("computeStatistics");
    ASSERT_TRUE(button->isVisible());
    QTest::mouseClick(button, Qt::LeftButton);
    ASSERT_TRUE(
        waitFor([this] { return !window->session().dataset()->images.statistics.empty() && finished(); }));
    bool column = false;
    for (const ComparedLayer& layer : window->session().comparison()->columns)
        column = column || layer.path() == "image_statistics/all";
    EXPECT_TRUE(column);
}

TEST_F(WindowTest, LateAnswersToOldQuestionsAreDropped) {
    open(write("a.h5", {.images = 400, .layers = 8}));
    for (int k = 2; k <= 9; ++k)
        child<QSpinBox>("kChoice")->setValue(k);
    ASSERT_TRUE(waitFor([this] { return finished(); }));
    EXPECT_EQ(window->session().comparison()->definition.k, 9U);
    QTest::qWait(100);
    EXPECT_EQ(window->session().comparison()->definition.k, 9U);
}

TEST_F(WindowTest, TheMenuTicksTheThemeThatIsShown) {
    for (const Theme theme : {Theme::dark, Theme::system, Theme::light}) {
        window->setTheme(theme);
        for (const QAction* action : child<QActionGroup>("themes")->actions())
            EXPECT_EQ(action->isChecked(), action->data().toInt() == static_cast<int>(theme));
    }
}

TEST_F(WindowTest, CancellingKeepsTheOldPicture) {
    open(write("a.h5", {.images = 900, .dimension = 64, .layers = 8}));
    const auto before = window->session().comparison();
    child<QSpinBox>("kChoice")->setValue(3);
    window->session().cancelComparison();
    ASSERT_TRUE(waitFor([this] { return !window->session().computing(); }));
    EXPECT_TRUE(window->session().stale());
    EXPECT_TRUE(window->session().comparison());
    EXPECT_FALSE(window->workspace().whyNoFigure(FigureKind::matrix).isEmpty()) << "of other settings";
}

TEST_F(WindowTest, WhatWasStoppedHalfwaySaysSo) {
    window->open({write("a.h5", {.images = 3000, .dimension = 64, .layers = 10})});
    ASSERT_TRUE(waitFor([this] { return window->session().imagesDone().has_value(); }));
    window->session().cancelComparison();
    ASSERT_TRUE(waitFor([this] { return !window->session().computing(); }));
    ASSERT_TRUE(window->session().imagesDone()) << "3000 images were compared before the button was pressed";
    EXPECT_FALSE(window->session().stale()) << "it is of these settings";
    QStringList told;
    for (const QLabel* label : window->workspace().findChildren<QLabel*>(QStringLiteral("cardSubtitle")))
        if (const auto* eliding = qobject_cast<const ElidingLabel*>(label))
            told << eliding->fullText();
    EXPECT_TRUE(told.join(QLatin1Char('\n')).contains(QStringLiteral("stopped after")))
        << told.join(u' ').toStdString();
    EXPECT_FALSE(window->workspace().whyNoFigure(FigureKind::matrix).isEmpty());
    window->session().recompute();
    ASSERT_TRUE(waitFor([this] { return finished(); }));
    EXPECT_TRUE(window->workspace().whyNoFigure(FigureKind::matrix).isEmpty());
}

TEST_F(WindowTest, APairOfHiddenLayersIsNone) {
    open(write("a.h5"));
    window->selection().pickPair({"alpha/step_1", "beta/step_2"});
    ASSERT_TRUE(
        waitFor([this] { return window->inspector().divergence() && window->inspector().neighbours(); }));
    window->session().setHidden({"beta/step_2"});
    EXPECT_FALSE(window->inspector().divergence());
    EXPECT_FALSE(window->inspector().neighbours());
    EXPECT_EQ(window->inspector().facts().sensitivity(), nullptr);
    window->session().setHidden({});
    EXPECT_TRUE(waitFor([this] { return window->inspector().divergence().has_value(); }));
}

TEST_F(WindowTest, ClosingWhileItComputesIsSafe) {
    const QString file = write("a.h5", {.images = 900, .dimension = 64, .layers = 8});
    for (int milliseconds = 0; milliseconds < 400; milliseconds += 45) {
        window->open({file});
        waitFor([] { return false; }, milliseconds);
        window->close();
        window.reset();
        makeWindow();
    }
}

TEST_F(WindowTest, TheDarkThemePaintsTheSameViews) {
    open(write("a.h5"));
    window->setTheme(Theme::dark);
    const QImage dark = window->grab().toImage();
    EXPECT_LT(qGray(dark.pixel(5, 400)), 80);
    window->setTheme(Theme::light);
    const QImage light = window->grab().toImage();
    EXPECT_GT(qGray(light.pixel(5, 400)), 180);
}

TEST_F(WindowTest, AFolderOfPicturesIsAttachedById) {
    open(write("bare.h5", {.images = 40, .thumbnails = false, .statistics = false}));
    EXPECT_FALSE(window->thumbnails().hasPictures());
    QDir pictures(QString::fromStdString(folder.path().string()));
    ASSERT_TRUE(pictures.mkdir(QStringLiteral("pictures")));
    for (int i = 0; i < 40; ++i) {
        QImage picture(20, 16, QImage::Format_RGB32);
        picture.fill(QColor::fromHsv(i * 9, 200, 60 + 4 * i));
        ASSERT_TRUE(picture.save(
            pictures.filePath(QStringLiteral("pictures/image_%1.png").arg(i, 3, 10, QLatin1Char('0')))));
    }
    auto* attach = child<QToolButton>("attachPictures");
    ASSERT_TRUE(attach->isVisible());
    folderAnswer = pictures.filePath(QStringLiteral("pictures"));
    QTest::mouseClick(attach, Qt::LeftButton);
    ASSERT_TRUE(waitFor([this] { return window->thumbnails().hasPictures(); }));
    EXPECT_FALSE(attach->isVisible());
    ASSERT_TRUE(waitFor([this] {
        (void)window->thumbnails().picture(7);
        return !window->thumbnails().picture(7).isNull();
    }));
    window->session().computeStatistics();
    ASSERT_TRUE(
        waitFor([this] { return !window->session().dataset()->images.statistics.empty() && finished(); }));
}

TEST_F(WindowTest, TheJourneyOnRealModelsAndPhotographs) {
    const QString file = QStringLiteral(STRATOSCOPE_SOURCE_DIR "/../shared/data/grocery1000_cnns.h5");
    if (!QFile::exists(file))
        GTEST_SKIP() << "the file of real activations is not on this machine";
    open(file);
    auto* matrix = child<MatrixView>("matrixView");
    const auto& rows = window->session().comparison()->rows;
    ASSERT_GT(rows.size(), 70U);
    const QPoint cell = matrix->layoutNow().cellRect(40, 5).center().toPoint();
    QTest::mouseMove(matrix, cell);
    ASSERT_TRUE(waitFor([this] { return window->selection().hoveredPair().has_value(); }));
    QTest::mouseClick(matrix, Qt::LeftButton, {}, cell);
    EXPECT_EQ(window->selection().picked().pair->from, rows[40].path());
    ASSERT_TRUE(waitFor([this] { return window->inspector().ranked().has_value(); }));
    auto* gallery = child<GalleryView>("galleryView");
    QTest::mouseClick(gallery->viewport(), Qt::LeftButton, {}, gallery->tileRect(1).center().toPoint());
    ASSERT_TRUE(waitFor([this] { return window->inspector().neighbours().has_value(); }));
    EXPECT_EQ(window->inspector().neighbours()->in_a.size(), 30U);
    child<QAction>("back")->trigger();
    EXPECT_FALSE(window->selection().picked().image);
    child<QSpinBox>("kChoice")->setValue(1);
    ASSERT_TRUE(waitFor([this] { return finished(); }));
    EXPECT_EQ(window->session().comparison()->definition.k, 1U);
    writeAnswer = QString::fromStdString((folder.path() / "real.pdf").string());
    window->exportFigureAs(FigureKind::matrix, {174.0, 150.0, 7.0, 300}, QStringLiteral("pdf"));
    EXPECT_GT(QFile(writeAnswer).size(), 5000);
}

} // namespace
} // namespace stratoscope::ui
