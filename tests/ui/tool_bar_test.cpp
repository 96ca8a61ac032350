// The tool bar in windows of any width: nothing of it is out of reach, by mouse or by key.
#include "tests/support/written_arrays.h"
#include "tests/ui/window_fixture.h"
#include "ui/question_bar.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QMenu>
#include <QSpinBox>
#include <QTimer>
#include <QToolBar>
#include <QToolButton>

namespace stratoscope::ui {
namespace {

class ToolBarTest : public WindowTest {
  protected:
    void narrow(int width) {
        window->resize(width, 800);
        QCoreApplication::processEvents();
    }
    [[nodiscard]] QToolButton* more() const { return child<QToolButton>("moreActions"); }
    /// Button or entry behind the »; nothing: out of reach.
    [[nodiscard]] QStringList within(const QWidget& bar) const {
        QStringList found;
        for (const QToolButton* button : bar.findChildren<QToolButton*>())
            if (button->isVisible() &&
                bar.rect().contains(QRect(button->mapTo(&bar, QPoint()), button->size())))
                found << button->text();
        if (more()->isVisible())
            for (const QAction* action : more()->menu()->actions())
                found << action->text();
        return found;
    }
};

TEST_F(ToolBarTest, NothingIsOutOfReachAtAnyWidth) {
    for (int layer = 0; layer < 2; ++layer) // 3 × 5 positions and channels: how they are pooled is asked, too
        support::write_npy(folder.path() / "arrays" / ("layer" + std::to_string(layer) + ".npy"), {40, 3, 5},
                           layer);
    open(QString::fromStdString((folder.path() / "arrays").string()));
    const auto* bar = child<QToolBar>("toolBar");
    const auto* question = child<QuestionBar>("questionBar");
    for (int width = 1600; width >= 880; width -= 40) {
        narrow(width);
        const QStringList found = within(*bar);
        for (const char* wanted : {"Open", "Extract…", "←", "→", "Export", "Numbers", "Methods text"})
            EXPECT_EQ(found.count(QString::fromUtf8(wanted)), 1) << wanted << " at " << width;
        EXPECT_FALSE(child<QToolButton>("qt_toolbar_ext_button")->isVisible()) << width;
        for (const char* name :
             {"measureChoice", "kChoice", "distanceChoice", "poolingChoice", "scaleChoice"}) {
            const auto* box = child<QWidget>(name);
            ASSERT_TRUE(box->isVisible()) << name << " at " << width;
            EXPECT_TRUE(question->rect().contains(box->geometry())) << name << " at " << width;
            if (box != child<QWidget>("measureChoice")) {
                EXPECT_GE(box->width(), box->sizeHint().width()) << name << " at " << width;
            }
        }
    }
    narrow(1600);
    EXPECT_FALSE(more()->isVisible());
    EXPECT_EQ(child<QComboBox>("measureChoice")->width(),
              child<QComboBox>("measureChoice")->sizeHint().width());
}

TEST_F(ToolBarTest, WhatIsBehindTheSignIsReachedByKey) {
    open(write("a.h5"));
    narrow(900);
    ASSERT_TRUE(more()->isVisible());
    EXPECT_FALSE(more()->toolTip().isEmpty());
    EXPECT_NE(more()->focusPolicy() & Qt::TabFocus, 0);
    QGuiApplication::clipboard()->clear();
    more()->setFocus();
    // Its menu has an event loop of its own until something is chosen.
    QTimer::singleShot(0, more(), [this] {
        QMenu* menu = more()->menu();
        ASSERT_TRUE(waitFor([menu] { return menu->isVisible(); }));
        QTest::keyClick(menu, Qt::Key_Up); // the last
        QTest::keyClick(menu, Qt::Key_Return);
    });
    QTest::keyClick(more(), Qt::Key_Space);
    EXPECT_TRUE(QGuiApplication::clipboard()->text().contains(QStringLiteral("information imbalance")));
}

} // namespace
} // namespace stratoscope::ui
