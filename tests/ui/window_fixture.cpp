#include "tests/ui/window_fixture.h"

#include <QApplication>
#include <QMutex>

namespace stratoscope::ui {
namespace {

QMutex warningsMutex;
QStringList warnings; // behind a C function pointer there is no other place

void note(QtMsgType type, const QMessageLogContext&, const QString& text) {
    // What the offscreen platform says of itself; everything else is ours.
    static const QStringList ofThePlatform{
        QStringLiteral("This plugin does not support propagateSizeHints()"),
        QStringLiteral("This plugin does not support raise()"),
        QStringLiteral("This plugin does not support grabbing the keyboard"),
        QStringLiteral("QStandardPaths: XDG_RUNTIME_DIR not set, defaulting to '/tmp/runtime-root'"),
    };
    if (type == QtDebugMsg || type == QtInfoMsg || ofThePlatform.contains(text))
        return;
    const QMutexLocker lock(&warningsMutex);
    warnings << text;
}

} // namespace

QStringList takeWarnings() {
    const QMutexLocker lock(&warningsMutex);
    return std::exchange(warnings, {});
}

void WindowTest::SetUp() {
    qInstallMessageHandler(note);
    (void)takeWarnings();
    makeWindow();
}

void WindowTest::TearDown() {
    window.reset();
    QCoreApplication::processEvents();
    EXPECT_EQ(takeWarnings().join(QLatin1Char('\n')).toStdString(), "");
    qInstallMessageHandler(nullptr);
}

void WindowTest::makeWindow() {
    WindowOptions options;
    options.settingsFile = QString::fromStdString((folder.path() / "settings.ini").string());
    options.questions = {[this](QWidget*) { return answers; },
                         [this](QWidget*) { return folderAnswer; },
                         [this](QWidget*, const QString&, const QString&) { return writeAnswer; },
                         {},
                         [this](QWidget*) { return modelAnswer; },
                         [this](QWidget*) { return tableAnswer; },
                         [this](QWidget*, const QString&) { return writeAnswer; }};
    options.demo = demoFile;
    options.threads = 2;
    window = std::make_unique<MainWindow>(std::move(options));
    window->setTheme(Theme::light);
    window->resize(1280, 800);
    window->show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(window.get()));
}

bool WindowTest::waitFor(const std::function<bool()>& holds, int milliseconds) {
    QElapsedTimer clock;
    clock.start();
    while (!holds()) {
        if (clock.elapsed() > milliseconds)
            return false;
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
        QTest::qSleep(1);
    }
    return true;
}

QString WindowTest::write(const char* name, const support::MadeUp& what) {
    const std::filesystem::path path = folder.path() / name;
    support::write_activations(path, support::made_up(what));
    return QString::fromStdString(path.string());
}

bool WindowTest::finished() const {
    const Session& session = window->session();
    return session.comparison() && !session.computing() && !session.stale() && !session.imagesDone();
}

void WindowTest::open(const QString& file) {
    window->open({file});
    ASSERT_TRUE(waitFor([this] { return window->session().dataset() != nullptr; }));
    ASSERT_TRUE(waitFor([this] { return finished(); }));
}

} // namespace stratoscope::ui

int main(int count, char** arguments) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(count, arguments);
    QCoreApplication::setApplicationVersion(QStringLiteral("test"));
    testing::InitGoogleTest(&count, arguments);
    return RUN_ALL_TESTS();
}
