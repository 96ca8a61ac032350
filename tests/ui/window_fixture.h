// The real main window, offscreen, on a made-up file: tests do with it what a person does with the mouse.
#pragma once

#include "tests/support/made_up_data.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/written_data.h"
#include "ui/main_window.h"

#include <QElapsedTimer>
#include <QTest>
#include <gtest/gtest.h>

#include <functional>
#include <memory>

namespace stratoscope::ui {

/// Qt's warnings since the last call, but for those of an exact list that the offscreen platform itself
/// gives.
[[nodiscard]] QStringList takeWarnings();

class WindowTest : public testing::Test {
  protected:
    void SetUp() override;
    void TearDown() override;

    /// Runs the event loop until it holds; false after some seconds.
    static bool waitFor(const std::function<bool()>& holds, int milliseconds = 20000);
    QString write(const char* name, const support::MadeUp& what = {});
    void makeWindow();
    /// Opens and waits for a finished comparison.
    void open(const QString& file);
    [[nodiscard]] bool finished() const;
    template <class T>
    T* child(const char* name) const {
        T* found = window->findChild<T*>(QLatin1String(name));
        EXPECT_NE(found, nullptr) << name;
        return found;
    }

    support::TemporaryFolder folder;
    QStringList answers; ///< what the person chooses in dialogs for files
    QString folderAnswer;
    QString writeAnswer;
    QString modelAnswer;
    QString tableAnswer;
    QString demoFile; ///< to be set before makeWindow()
    std::unique_ptr<MainWindow> window;
};

} // namespace stratoscope::ui
