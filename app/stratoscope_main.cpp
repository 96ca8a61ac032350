// stratoscope: the window, or one figure of it without a window.
#include "app/figure_writer.h"
#include "app/window_options.h"
#include "ui/playground/playground.h"

#include <QApplication>
#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>

#include <csignal>
#include <cstdio>
#include <exception>

namespace {

using namespace stratoscope;

// Installed beside the program, or in the tree it was built from.
QString demoFile() {
    const QString beside =
        QCoreApplication::applicationDirPath() + QStringLiteral("/../share/stratoscope/demo.h5");
    for (const QString& candidate :
         {beside, QStringLiteral(STRATOSCOPE_SOURCE_DIR "/resources/demo/demo.h5")})
        if (QFileInfo::exists(candidate))
            return QDir::cleanPath(candidate);
    return {};
}

int run(int count, char** arguments) {
    int exitCode = 0;
    const std::optional<AppOptions> options = readOptions(count, arguments, exitCode);
    if (!options)
        return exitCode;
    // A figure needs no screen, and must come out the same with one.
    if (options->windowless() && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(count, arguments);
    QCoreApplication::setApplicationName(QStringLiteral("Stratoscope"));
    QCoreApplication::setApplicationVersion(QStringLiteral(STRATOSCOPE_VERSION));
    QApplication::setWindowIcon(
        QIcon(QStringLiteral(STRATOSCOPE_SOURCE_DIR "/resources/icons/stratoscope.svg")));

    ui::WindowOptions windowOptions;
    windowOptions.demo = demoFile();
    windowOptions.threads = options->threads;
    // A figure depends on nothing that a window left behind, and leaves nothing. Never /dev/null: settings
    // are written beside their file and renamed, which as root replaces the device by a plain file.
    const QTemporaryDir scratch;
    if (options->windowless())
        windowOptions.settingsFile = scratch.filePath(QStringLiteral("settings.ini"));
    ui::MainWindow window(std::move(windowOptions));
    window.session().setSettings(options->settings);
    if (options->theme)
        window.setTheme(*options->theme);
    const QStringList files = options->files.isEmpty() ? QStringList{demoFile()} : options->files;

    if (options->playground) {
        window.playground().showExample(*options->playground);
        window.playground().show();
    }
    FigureWriter writer(window, *options);
    if (options->windowless()) {
        if (options->screenshot && options->playground) {
            window.playground().resize(options->screenshot->width, options->screenshot->height);
            writer.start();
            return QApplication::exec(); // whatever file there is, it shows nothing of it
        }
        if (options->screenshot) {
            window.resize(options->screenshot->width, options->screenshot->height);
            window.show();
        }
        if (files.front().isEmpty()) {
            std::fprintf(stderr, "stratoscope: no file is named and the demo is not installed\n");
            return static_cast<int>(ErrorKind::no_input);
        }
        writer.start();
    } else {
        QObject::connect(&window.session(), &ui::Session::comparisonChanged, &window,
                         [&window, &options, done = false]() mutable {
                             if (done || window.session().computing() || !window.session().comparison())
                                 return;
                             done = true;
                             if (const QString missing = pickAsAsked(window, *options); !missing.isEmpty())
                                 std::fprintf(stderr, "stratoscope: %s\n", qPrintable(missing));
                         });
        window.show();
    }
    if (!files.front().isEmpty())
        window.open(files);
    return QApplication::exec();
}

} // namespace

int main(int count, char** arguments) {
    try {
        return run(count, arguments);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "stratoscope: %s\n", error.what());
        return static_cast<int>(stratoscope::ErrorKind::internal);
    }
}
