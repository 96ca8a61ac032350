// What leaves the window: figures, numbers, the methods text.
#include "tests/ui/window_fixture.h"

#include <QAction>
#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QImage>
#include <QTabBar>

namespace stratoscope::ui {
namespace {

TEST_F(WindowTest, EveryFigureOfEveryFormatIsWritten) {
    open(write("a.h5"));
    window->selection().pickPair({"alpha/step_3", "beta/step_3"});
    window->selection().pickImage(5);
    child<QTabBar>("curveTabs")->setCurrentIndex(2);
    window->session().computeDimensions();
    Settings two = window->session().settings();
    two.beside = "cka_unbiased";
    window->session().setSettings(two);
    ASSERT_TRUE(waitFor([this] {
        return window->inspector().neighbours() && window->inspector().ranked() &&
               window->session().decodability() && window->session().dimensions() &&
               window->session().beside() && window->inspector().facts().sensitivity() && finished();
    }));
    for (const QString& name : figureNames())
        for (const char* suffix : {"pdf", "svg", "png"}) {
            writeAnswer =
                QString::fromStdString((folder.path() / (name.toStdString() + "." + suffix)).string());
            EXPECT_EQ(window->workspace().whyNoFigure(*figureNamed(name)).toStdString(), "");
            window->exportFigureAs(*figureNamed(name), {}, QLatin1String(suffix));
            EXPECT_GT(QFile(writeAnswer).size(), 500) << writeAnswer.toStdString();
        }
    QFile svg(QString::fromStdString((folder.path() / "matrix.svg").string()));
    ASSERT_TRUE(svg.open(QIODevice::ReadOnly));
    const QByteArray text = svg.readAll();
    EXPECT_TRUE(text.contains("Model alpha")) << "text stays text";
    EXPECT_FALSE(text.contains("<image"));
    // Each tells what it shows, also where nothing is left but the picture.
    for (const QString& name : figureNames()) {
        const QImage picture(
            QString::fromStdString((folder.path() / (name.toStdString() + ".png")).string()));
        const QString told = picture.text(QStringLiteral("Description"));
        EXPECT_TRUE(told.contains(QStringLiteral("120 images")))
            << name.toStdString() << ": " << told.toStdString();
        EXPECT_EQ(told, window->workspace().figure(*figureNamed(name)).caption);
        EXPECT_FALSE(picture.text(QStringLiteral("Title")).isEmpty());
    }
}

TEST_F(WindowTest, AFigureTellsMeasureSettingsAndImagesUnderIt) {
    open(write("a.h5"));
    Settings settings = window->session().settings();
    settings.k = 4;
    settings.distance = Distance::cosine;
    settings.beside = "cka_unbiased";
    window->session().setSettings(settings);
    ASSERT_TRUE(waitFor([this] { return finished() && window->session().finished(); }));
    const auto caption = [this](FigureKind kind) { return window->workspace().figure(kind).caption; };
    EXPECT_EQ(caption(FigureKind::matrix),
              QStringLiteral("Information imbalance, k = 4, cosine distance · CKA, unbiased · 120 images"));
    EXPECT_EQ(caption(FigureKind::smoothness),
              QStringLiteral("Information imbalance, k = 4, cosine distance · 120 images"));
    EXPECT_TRUE(caption(FigureKind::retention).contains(QStringLiteral("image statistics: all")));
    window->selection().pickPair({"alpha/step_3", "beta/step_3"});
    ASSERT_TRUE(waitFor([this] { return window->inspector().ranked().has_value(); }));
    EXPECT_EQ(caption(FigureKind::gallery),
              QStringLiteral("Model alpha step_3 → Model beta step_3 · images by divergence specific to this "
                             "pair, there · k = 4, cosine distance · 120 images"));
    const auto written = [&](bool captioned) {
        writeAnswer = QString::fromStdString((folder.path() / "captioned.svg").string());
        FigureSize size;
        size.captioned = captioned;
        window->exportFigureAs(FigureKind::plane, size, QStringLiteral("svg"));
        QFile file(writeAnswer);
        EXPECT_TRUE(file.open(QIODevice::ReadOnly));
        return file.readAll();
    };
    const QByteArray words("Information imbalance, k = 4");
    EXPECT_EQ(written(true).count(words), 2) << "in the metadata and under the figure";
    EXPECT_EQ(written(false).count(words), 1) << "in the metadata alone";
}

TEST_F(WindowTest, NumbersAndMethodsTextLeaveTheWindow) {
    open(write("a.h5"));
    for (const char* name : {"n.csv", "n.h5", "n.json"}) {
        writeAnswer = QString::fromStdString((folder.path() / name).string());
        window->session().saveNumbers(writeAnswer.toStdString());
        EXPECT_TRUE(waitFor([this] { return QFile(writeAnswer).size() > 0; })) << name;
    }
    for (QAction* action : window->findChildren<QAction*>())
        if (action->text() == QStringLiteral("Copy &methods text"))
            action->trigger();
    const QString text = QGuiApplication::clipboard()->text();
    EXPECT_TRUE(text.contains(QStringLiteral("k = 6"))) << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("N = 120")));
}

} // namespace
} // namespace stratoscope::ui
