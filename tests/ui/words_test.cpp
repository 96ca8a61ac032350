// What the window says is so, and can be read: a k that can't be, the order of the gallery, how well a layer
// predicts another; and in a narrow window names give way in an order that leaves them to be told apart.
#include "tests/support/written_arrays.h"
#include "tests/ui/window_fixture.h"
#include "ui/painting/layer_name.h"
#include "ui/verdict.h"
#include "ui/views/card.h"
#include "ui/views/error_banner.h"

#include <QComboBox>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QTabBar>

#include <cmath>

namespace stratoscope::ui {
namespace {

class WordsTest : public WindowTest {
  protected:
    void compareBy(const char* measure) {
        Settings settings = window->session().settings();
        settings.measure = measure;
        window->session().setSettings(settings);
        ASSERT_TRUE(waitFor([this] { return finished() && window->inspector().ranked(); }));
    }
};

TEST_F(WordsTest, EveryTabOfTheCurvesIsSeen) {
    open(write("a.h5"));
    const auto* tabs = child<QTabBar>("curveTabs");
    for (const QSize size : {QSize(1280, 800), QSize(1000, 700), QSize(1440, 900)}) {
        window->resize(size);
        QCoreApplication::processEvents();
        EXPECT_LE(tabs->tabRect(3).right(), tabs->width()) << size.width();
        EXPECT_LE(tabs->sizeHint().width(), tabs->width()) << size.width() << ": names are cut";
        EXPECT_EQ(tabs->tabText(3), QStringLiteral("Dimension"));
        EXPECT_EQ(tabs->tabText(2),
                  size.width() < 1280 ? QStringLiteral("Readout") : QStringLiteral("Linear readout"));
    }
}

TEST_F(WordsTest, AKThatCannotBeIsShownAndSaid) {
    open(write("a.h5"));
    const auto* banner = child<ErrorBanner>("error");
    auto* k = child<QSpinBox>("kChoice");
    Settings settings = window->session().settings();
    settings.k = 100000; // as the command line may ask
    window->session().setSettings(settings);
    ASSERT_TRUE(waitFor([&] { return banner->isVisible(); }));
    EXPECT_TRUE(banner->text().contains(QStringLiteral("k = 100000"))) << banner->text().toStdString();
    EXPECT_EQ(k->value(), 100000) << "never another than was asked";
    EXPECT_TRUE(k->property("impossible").toBool());
    EXPECT_TRUE(k->toolTip().contains(QStringLiteral("1 to 118"))) << k->toolTip().toStdString();
    k->stepDown();
    EXPECT_EQ(k->value(), 118) << "the largest of 120 images";
    EXPECT_FALSE(k->property("impossible").toBool());
    EXPECT_FALSE(banner->isVisible()) << "it was about another question";
    ASSERT_TRUE(waitFor([this] { return finished(); }));
    EXPECT_EQ(window->session().comparison()->definition.k, 118U);
    EXPECT_EQ(k->maximum(), 118);
}

TEST_F(WordsTest, TheGallerySaysByWhatItIsSorted) {
    open(write("a.h5"));
    ASSERT_TRUE(waitFor([this] { return window->inspector().ranked().has_value(); }));
    auto* ranking = child<QComboBox>("rankingChoice");
    const auto enabled = [&](int index) {
        return qobject_cast<QStandardItemModel*>(ranking->model())->item(index)->isEnabled();
    };
    EXPECT_EQ(ranking->currentText(), QStringLiteral("specific to this pair, there"));
    compareBy("overlap");
    EXPECT_EQ(ranking->currentText(), QStringLiteral("raw divergence, there"));
    EXPECT_FALSE(enabled(0)) << "it takes the matrix of information imbalance";
    EXPECT_TRUE(enabled(2));
    ranking->setCurrentIndex(3);
    EXPECT_FALSE(window->inspector().ranking().forward);
    EXPECT_EQ(ranking->currentText(), QStringLiteral("raw divergence, back"));
    compareBy("information_imbalance");
    EXPECT_EQ(ranking->currentText(), QStringLiteral("specific to this pair, back")) << "as was wished for";
    EXPECT_TRUE(enabled(0));
    ranking->setCurrentIndex(2);
    EXPECT_FALSE(window->inspector().specific());
    EXPECT_EQ(ranking->currentText(), QStringLiteral("raw divergence, there"));
}

TEST_F(WordsTest, LongNamesAreShortenedBeforeTheyGo) {
    const auto named = [](int layer) {
        return "features.denseblock3.denselayer12.conv" + std::to_string(layer) + ".after_activation";
    };
    for (int layer = 0; layer < 3; ++layer)
        support::write_npy(folder.path() / "arrays" / (named(layer) + ".npy"), {40, 15}, layer);
    open(QString::fromStdString((folder.path() / "arrays").string()));
    window->selection().pickPair({"arrays/" + named(0), "arrays/" + named(2)});
    const auto* readout = child<ElidingLabel>("readout");
    window->resize(1000, 700);
    QCoreApplication::processEvents();
    const QString words = readout->fittingText();
    EXPECT_TRUE(words.contains(QStringLiteral(" → "))) << words.toStdString();
    EXPECT_TRUE(words.contains(QStringLiteral("back: "))) << words.toStdString();
    EXPECT_TRUE(words.contains(QStringLiteral("conv0 → conv2")))
        << "what they share goes: " << words.toStdString();
    EXPECT_EQ(briefName(QStringLiteral("Model alpha one"), 9), QStringLiteral("Mode… one"));
    EXPECT_EQ(briefName(QStringLiteral("layers.12.conv"), 9), QStringLiteral("….12.conv"));
    EXPECT_EQ(briefName(QStringLiteral("short"), 9), QStringLiteral("short"));
}

TEST(Verdict, ClaimsNoMoreThanItsShareOfTheWayToTheNull) {
    const auto words = [](double excess) { return verdict(excess).words; };
    EXPECT_EQ(words(excess(0.05, 0.04, 1.0)), QStringLiteral("predicts very closely"));
    EXPECT_EQ(words(0.0199), QStringLiteral("predicts very closely"));
    EXPECT_EQ(words(0.02), QStringLiteral("predicts closely"));
    EXPECT_EQ(words(0.1), QStringLiteral("predicts well"));
    EXPECT_EQ(words(0.3), QStringLiteral("predicts in part"));
    EXPECT_EQ(words(0.6), QStringLiteral("predicts weakly"));
    EXPECT_EQ(words(0.9), QStringLiteral("hardly predicts"));
    EXPECT_EQ(words(1.2), QStringLiteral("hardly predicts")) << "beyond the null";
    EXPECT_EQ(words(-0.01), QStringLiteral("predicts very closely")) << "below the floor, by rounding";
    EXPECT_EQ(words(std::nan("")), QStringLiteral("is not defined for"));
    EXPECT_EQ(verdict(0.7).brief, QStringLiteral("weakly"));
    EXPECT_EQ(verdict(0.7).of(QStringLiteral("latent")), QStringLiteral("predicts latent weakly"));
}

} // namespace
} // namespace stratoscope::ui
