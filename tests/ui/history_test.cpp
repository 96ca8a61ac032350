// Back and forward lead through what was asked as well as through what was looked at.
#include "tests/support/written_arrays.h"
#include "tests/ui/window_fixture.h"
#include "ui/history.h"

#include <QAction>
#include <QComboBox>
#include <QSpinBox>

#include <string>

namespace stratoscope::ui {
namespace {

class HistoryTest : public WindowTest {
  protected:
    void choose(const char* box, const QVariant& data) {
        auto* choice = child<QComboBox>(box);
        const int index = choice->findData(data);
        ASSERT_GE(index, 0) << box;
        choice->setCurrentIndex(index);
        Q_EMIT choice->activated(index);
    }
    void back() { child<QAction>("back")->trigger(); }
    void forward() { child<QAction>("forward")->trigger(); }
    [[nodiscard]] bool canGoBack() const { return child<QAction>("back")->isEnabled(); }
    [[nodiscard]] const Settings& asked() const { return window->session().settings(); }
    [[nodiscard]] const Picked& picked() const { return window->selection().picked(); }
    static void pause() { QTest::qWait(History::oneStepMilliseconds + 50); }
};

TEST_F(HistoryTest, LeadsThroughQuestionsAndPicksInTurn) {
    open(write("a.h5"));
    const Picked first = picked();
    EXPECT_FALSE(canGoBack());
    choose("measureChoice", "overlap");
    window->selection().pickPair({"alpha/step_1", "beta/step_2"});
    choose("distanceChoice", static_cast<int>(Distance::cosine));
    child<QSpinBox>("kChoice")->setValue(9);

    back();
    EXPECT_EQ(window->session().k(), 6U) << "the default of 120 images";
    EXPECT_EQ(child<QSpinBox>("kChoice")->value(), 6);
    EXPECT_EQ(asked().distance, Distance::cosine);
    back();
    EXPECT_EQ(asked().distance, Distance::euclidean);
    EXPECT_EQ(picked().pair, (LayerPair{"alpha/step_1", "beta/step_2"}));
    back();
    EXPECT_EQ(picked(), first);
    EXPECT_EQ(asked().measure, "overlap");
    back();
    EXPECT_EQ(asked().measure, "information_imbalance");
    EXPECT_FALSE(canGoBack());
    ASSERT_TRUE(waitFor([this] { return finished(); }));
    EXPECT_EQ(window->session().comparison()->definition.measure, "information_imbalance");
    for (int step = 0; step < 4; ++step)
        forward();
    EXPECT_FALSE(child<QAction>("forward")->isEnabled());
    EXPECT_EQ(asked().measure, "overlap");
    EXPECT_EQ(picked().pair, (LayerPair{"alpha/step_1", "beta/step_2"}));
    ASSERT_TRUE(waitFor([this] { return finished(); }));
    EXPECT_EQ(window->session().comparison()->definition.k, 9U);
    EXPECT_EQ(window->session().comparison()->definition.distance, Distance::cosine);
}

TEST_F(HistoryTest, KSteppedInARowIsOneStepBack) {
    open(write("a.h5"));
    auto* k = child<QSpinBox>("kChoice");
    for (int step = 0; step < 7; ++step)
        k->stepUp();
    EXPECT_EQ(k->value(), 13);
    back();
    EXPECT_EQ(k->value(), 6);
    EXPECT_FALSE(canGoBack());
    forward();
    EXPECT_EQ(k->value(), 13);
    k->stepUp(); // after a way through the history: a step of its own
    back();
    EXPECT_EQ(k->value(), 13);
}

TEST_F(HistoryTest, ValuesOfKThatWereLookedAtAreStepsOfTheirOwn) {
    open(write("a.h5"));
    auto* k = child<QSpinBox>("kChoice");
    k->setValue(3);
    pause();
    k->setValue(20);
    back();
    EXPECT_EQ(k->value(), 3);
    // And so is another setting, however fast.
    k->setValue(4);
    choose("distanceChoice", static_cast<int>(Distance::cosine));
    back();
    EXPECT_EQ(k->value(), 4);
    EXPECT_EQ(asked().distance, Distance::euclidean);
}

TEST_F(HistoryTest, AnotherFileHasNoPast) {
    open(write("a.h5"));
    child<QSpinBox>("kChoice")->setValue(3);
    window->selection().pickPair({"alpha/step_1", "beta/step_2"});
    EXPECT_TRUE(canGoBack());
    const auto before = window->session().dataset();
    window->open({write("b.h5", {.images = 60})});
    ASSERT_TRUE(waitFor([&] { return window->session().dataset() != before && finished(); }));
    EXPECT_FALSE(canGoBack());
}

TEST_F(HistoryTest, AnotherPoolingOfTheSameFilesIsAStepAsWell) {
    for (int layer = 0; layer < 2; ++layer) // 3 × 5 positions and channels, to be pooled on reading
        support::write_npy(folder.path() / "arrays" / ("layer" + std::to_string(layer) + ".npy"), {40, 3, 5},
                           layer);
    open(QString::fromStdString((folder.path() / "arrays").string()));
    const auto& layers = window->session().comparison()->rows;
    ASSERT_EQ(layers.size(), 2U);
    const LayerPair pair{layers[0].path(), layers[1].path()};
    window->selection().pickPair(pair);
    window->selection().pickImage(7);
    const auto before = window->session().dataset();
    auto* pooling = child<QComboBox>("poolingChoice");
    const int most = pooling->findText(QStringLiteral("max"));
    ASSERT_GE(most, 0);
    pooling->setCurrentIndex(most);
    Q_EMIT pooling->activated(most);
    ASSERT_TRUE(waitFor([&] { return window->session().dataset() != before && finished(); }));
    EXPECT_EQ(window->session().comparison()->definition.pooling, "max");
    EXPECT_EQ(picked().pair, pair) << "the layers are the same";
    EXPECT_EQ(picked().image, 7U);
    back();
    ASSERT_TRUE(
        waitFor([&] { return finished() && window->session().comparison()->definition.pooling == "mean"; }));
    EXPECT_EQ(picked().pair, pair);
    EXPECT_EQ(picked().image, 7U);
    back();
    EXPECT_FALSE(picked().image);
}

} // namespace
} // namespace stratoscope::ui
