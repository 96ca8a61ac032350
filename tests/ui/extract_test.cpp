// The assistant by mouse, from a model file and a folder of photographs to the matrix.
#include "core/base/plugin.h"
#include "tests/support/small_files.h"
#include "tests/ui/window_fixture.h"
#include "ui/dialogs/extract_dialog.h"
#include "ui/dialogs/module_tree.h"
#include "ui/dialogs/preprocessing_preview.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QStatusBar>
#include <QToolBar>
#include <QToolButton>

#include <algorithm>
#include <fstream>

namespace stratoscope::ui {
namespace {

namespace fs = std::filesystem;

class Assistant : public WindowTest {
  protected:
    fs::path shared = fs::path(STRATOSCOPE_SOURCE_DIR).parent_path() / "shared/data";

    // Nothing for a test that may go on.
    [[nodiscard]] std::string missing() const {
        if (!Plugin::available("torch_models"))
            return "the part that reads TorchScript is not built";
        if (!fs::exists(shared / "models/resnet20.pt") || !fs::exists(shared / "grocery_images"))
            return "no models and photographs beside the checkout";
        return {};
    }

    void somePhotographs(std::size_t count) {
        std::vector<fs::path> all(fs::directory_iterator(shared / "grocery_images"), {});
        std::ranges::sort(all);
        fs::create_directory(folder.path() / "photos");
        for (std::size_t i = 0; i < std::min(count, all.size()); ++i)
            fs::copy(all[i], folder.path() / "photos" / all[i].filename());
        folderAnswer = QString::fromStdString((folder.path() / "photos").string());
    }

    void press(const char* name) const {
        auto* button = child<QPushButton>(name);
        ASSERT_TRUE(button->isEnabled()) << name;
        QTest::mouseClick(button, Qt::LeftButton);
    }
    [[nodiscard]] bool ready() const { return child<QPushButton>("extractNext")->isEnabled(); }
    [[nodiscard]] QString message() const { return child<QLabel>("extractMessage")->text(); }

    void openAssistant() {
        QWidget* button = child<QToolBar>("toolBar")->widgetForAction(child<QAction>("extract"));
        QTest::mouseClick(button, Qt::LeftButton);
        ASSERT_TRUE(child<QDialog>("extractDialog")->isVisible());
        ASSERT_FALSE(child<QDialog>("extractDialog")->isModal());
    }

    // Pictures of the steps, to be looked at, where STRATOSCOPE_SCREENSHOTS names a folder.
    void shoot(const char* name) const {
        const QString where = qEnvironmentVariable("STRATOSCOPE_SCREENSHOTS");
        if (where.isEmpty())
            return;
        for (const Theme theme : {Theme::dark, Theme::light}) {
            window->setTheme(theme);
            QCoreApplication::processEvents();
            const QString suffix = theme == Theme::dark ? QStringLiteral("dark") : QStringLiteral("light");
            child<QDialog>("extractDialog")
                ->grab()
                .save(QStringLiteral("%1/%2-%3.png").arg(where, QLatin1String(name), suffix));
        }
    }

    // The first two steps, without looking around.
    void chooseModelAndPhotographs(std::size_t count) {
        openAssistant();
        modelAnswer = QString::fromStdString((shared / "models/resnet20.pt").string());
        press("chooseModel");
        ASSERT_TRUE(waitFor([this] { return ready(); }, 60000)) << message().toStdString();
        press("extractNext");
        somePhotographs(count);
        press("choosePictures");
        ASSERT_TRUE(waitFor([this] { return ready(); })) << message().toStdString();
        press("extractNext");
    }
};

TEST_F(Assistant, FromAModelFileToTheMatrixByMouse) {
    if (const std::string why = missing(); !why.empty())
        GTEST_SKIP() << why;
    openAssistant();
    EXPECT_FALSE(ready()) << "there is no model yet";
    modelAnswer = QString::fromStdString((shared / "models/resnet20.pt").string());
    press("chooseModel");
    ASSERT_TRUE(waitFor([this] { return ready(); }, 60000)) << message().toStdString();
    EXPECT_TRUE(child<QLabel>("modelFacts")->text().contains(QStringLiteral("3 × 32 × 32")));
    shoot("model");
    press("extractNext");

    somePhotographs(40);
    EXPECT_FALSE(ready()) << "there are no pictures yet";
    press("choosePictures");
    auto* preview = child<PreprocessingPreview>("preprocessingPreview");
    ASSERT_TRUE(waitFor([&] { return !preview->seen().isNull(); })) << message().toStdString();
    EXPECT_EQ(preview->seen().size(), QSize(32, 32));
    EXPECT_FALSE(child<QComboBox>("labelColumn")->isVisible());
    tableAnswer = QString::fromStdString((shared / "grocery_labels.csv").string());
    press("chooseLabels");
    auto* column = child<QComboBox>("labelColumn");
    ASSERT_TRUE(waitFor([&] { return column->isVisible(); })) << message().toStdString();
    EXPECT_EQ(column->currentText(), QStringLiteral("label")) << "its numbers";
    QTest::keyClick(column, Qt::Key_Down);
    EXPECT_EQ(column->currentText(), QStringLiteral("class_name"));
    ASSERT_TRUE(waitFor([this] { return ready(); })) << message().toStdString();
    const QImage first = preview->seen();
    press("pictureNext");
    ASSERT_TRUE(waitFor([&] { return preview->seen() != first; }));
    shoot("images");
    press("extractNext");

    auto* tree = child<ModuleTree>("moduleTree");
    const std::size_t suggested = tree->ticked().size();
    ASSERT_GT(suggested, 5U);
    const QModelIndex top = tree->model()->index(0, 0);
    ASSERT_EQ(top.data(Qt::CheckStateRole).value<Qt::CheckState>(), Qt::Checked);
    const QRect row = tree->visualRect(top);
    QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, QPoint(row.left() + 9, row.center().y()));
    EXPECT_EQ(tree->ticked().size(), suggested - 1) << "a click on its box unticks a step";
    EXPECT_EQ(child<QLineEdit>("outputFile")->text(), folderAnswer + QStringLiteral(".h5"))
        << "beside the folder, until another is chosen";
    writeAnswer = QString::fromStdString((folder.path() / "photos.h5").string());
    press("chooseOutput");
    EXPECT_EQ(child<QLineEdit>("outputFile")->text(), writeAnswer);
    shoot("steps");
    press("extractNext");
    EXPECT_FALSE(child<QDialog>("extractDialog")->isVisible());
    ASSERT_TRUE(waitFor([this] { return !window->session().files().empty() && finished(); }, 60000));
    const auto dataset = window->session().dataset();
    EXPECT_EQ(dataset->images.size(), 40U);
    ASSERT_EQ(dataset->images.labels.size(), 40U);
    EXPECT_EQ(dataset->images.label_names.at(static_cast<std::size_t>(dataset->images.labels[0])),
              "Brown-Cap-Mushroom");
    ASSERT_FALSE(dataset->models.empty());
    EXPECT_EQ(dataset->models.front().name, "resnet20");
    EXPECT_EQ(dataset->models.front().layers.size(), suggested - 1);
    ASSERT_TRUE(waitFor([this] { return window->thumbnails().hasPictures(); }));

    // The same once more: choices are kept, and a name that the file has is refused in words, in the dialog.
    openAssistant();
    EXPECT_EQ(tree->ticked().size(), suggested - 1);
    EXPECT_EQ(child<QComboBox>("whenDone")->currentText(), QStringLiteral("add it to what is open"));
    press("extractNext");
    ASSERT_TRUE(waitFor([this] { return !message().isEmpty(); }, 60000));
    EXPECT_TRUE(child<QDialog>("extractDialog")->isVisible());
    EXPECT_TRUE(message().contains(QStringLiteral("resnet20"))) << message().toStdString();

    // Under another name and into another file it is joined with what is open.
    child<QLineEdit>("modelName")->setText(QStringLiteral("again"));
    writeAnswer = QString::fromStdString((folder.path() / "again.h5").string());
    press("chooseOutput");
    press("extractNext");
    ASSERT_TRUE(waitFor([this] { return window->session().files().size() == 2 && finished(); }, 60000));
    EXPECT_EQ(window->session().dataset()->images.size(), 40U);
}

TEST_F(Assistant, ShowsTheFirstHundredsStopsAndGoesOn) {
    if (const std::string why = missing(); !why.empty())
        GTEST_SKIP() << why;
    constexpr std::size_t all = 800;
    chooseModelAndPhotographs(all);
    writeAnswer = QString::fromStdString((folder.path() / "many.h5").string());
    press("chooseOutput");
    std::vector<std::size_t> opened;
    QObject::connect(&window->session(), &Session::datasetChanged, window.get(), [&] {
        opened.push_back(window->session().dataset()->images.size());
        // Stopped by the mouse as soon as there is something to see.
        if (opened.size() == 1) {
            EXPECT_TRUE(child<QLabel>("jobWords")->text().contains(QStringLiteral("of 800 images")))
                << child<QLabel>("jobWords")->text().toStdString();
            QTest::mouseClick(child<QToolButton>("cancelJob"), Qt::LeftButton);
        }
    });
    QString told; // which another message may follow at once
    QObject::connect(window->statusBar(), &QStatusBar::messageChanged, window.get(),
                     [&](const QString& text) {
                         if (text.contains(QStringLiteral("stopped")))
                             told = text;
                     });
    press("extractNext");
    ASSERT_TRUE(waitFor([&] { return !told.isEmpty(); }, 120000));
    const auto actions = window->findChildren<QAction*>();
    EXPECT_TRUE(std::ranges::any_of(actions,
                                    [&](const QAction* action) {
                                        return told.endsWith(QStringLiteral(" File › ") +
                                                             action->text().remove(QLatin1Char('&')));
                                    }))
        << told.toStdString() << ": no menu calls it that";
    ASSERT_EQ(opened.size(), 1U);
    EXPECT_GE(opened.front(), 256U);
    EXPECT_LT(opened.front(), all);
    EXPECT_FALSE(fs::exists(folder.path() / "many.h5"));
    ASSERT_TRUE(waitFor([this] { return finished(); })) << "what was shown is there to be explored";
    EXPECT_GT(window->session().comparison()->rows.size(), 5U);

    openAssistant();
    press("extractNext");
    ASSERT_TRUE(waitFor([this] { return !window->session().files().empty() && finished(); }, 60000));
    EXPECT_EQ(window->session().dataset()->images.size(), all);
    EXPECT_EQ(opened.back(), all);
}

TEST_F(Assistant, SaysWhatIsWrongWithAModelFileAndAFolder) {
    openAssistant();
    modelAnswer = QString::fromStdString((folder.path() / "notes.pt").string());
    std::ofstream(modelAnswer.toStdString()) << "not a model\n";
    press("chooseModel");
    ASSERT_TRUE(waitFor([this] { return !message().isEmpty(); }));
    EXPECT_TRUE(message().contains(QStringLiteral("notes.pt"))) << message().toStdString();
    EXPECT_FALSE(ready());
    if (const std::string why = missing(); !why.empty())
        GTEST_SKIP() << why;
    modelAnswer = QString::fromStdString((shared / "models/resnet20.pt").string());
    press("chooseModel");
    ASSERT_TRUE(waitFor([this] { return ready(); }, 60000));
    EXPECT_EQ(message(), QString());
    press("extractNext");
    fs::create_directory(folder.path() / "empty");
    folderAnswer = QString::fromStdString((folder.path() / "empty").string());
    press("choosePictures");
    ASSERT_TRUE(waitFor([this] { return !message().isEmpty(); }));
    EXPECT_FALSE(ready());
    press("extractClose");
    openAssistant();
    EXPECT_EQ(child<QLineEdit>("pictureFolder")->text(), folderAnswer) << "choices are kept";
}

TEST_F(Assistant, SaysWhichSizeFitsAndWhichPicturesAreNone) {
    if (const std::string why = missing(); !why.empty())
        GTEST_SKIP() << why;
    openAssistant();
    modelAnswer = QString::fromStdString((shared / "models/autoencoder384.pt").string());
    press("chooseModel");
    ASSERT_TRUE(waitFor([this] { return ready(); }, 60000)) << message().toStdString();
    press("extractNext");
    fs::create_directory(folder.path() / "texts");
    std::ofstream(folder.path() / "texts/holiday.jpg") << "a text\n";
    folderAnswer = QString::fromStdString((folder.path() / "texts").string());
    press("choosePictures");
    ASSERT_TRUE(waitFor([this] { return message().contains(QStringLiteral("holiday.jpg")); }))
        << message().toStdString();
    somePhotographs(5);
    press("choosePictures");
    ASSERT_TRUE(waitFor([this] { return message().isEmpty() && ready(); })) << message().toStdString();
    child<QSpinBox>("pictureSide")->setValue(48);
    ASSERT_TRUE(waitFor([this] { return !message().isEmpty(); }, 60000));
    EXPECT_TRUE(message().contains(QStringLiteral("It takes 32 × 32"))) << message().toStdString();
    EXPECT_FALSE(ready());
    child<QSpinBox>("pictureSide")->setValue(32);
    ASSERT_TRUE(waitFor([this] { return message().isEmpty() && ready(); }, 60000)) << message().toStdString();
}

TEST_F(Assistant, SaysThatTheDiskIsFullAndGoesOn) {
    if (const std::string why = missing(); !why.empty())
        GTEST_SKIP() << why;
    chooseModelAndPhotographs(40);
    {
        const support::SmallFiles limit(100'000);
        press("extractNext");
        ASSERT_TRUE(waitFor([this] { return !message().isEmpty(); }, 60000));
    }
    EXPECT_TRUE(child<QDialog>("extractDialog")->isVisible());
    EXPECT_TRUE(message().contains(QStringLiteral("Make room"))) << message().toStdString();
    EXPECT_FALSE(fs::exists(folder.path() / "photos.h5"));
    press("extractNext");
    ASSERT_TRUE(waitFor([this] { return !window->session().files().empty() && finished(); }, 60000));
    EXPECT_EQ(window->session().dataset()->images.size(), 40U);
}

} // namespace
} // namespace stratoscope::ui
