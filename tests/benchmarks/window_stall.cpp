// How the window feels while a large comparison computes: the longest time its event loop stood still, when
// the first matrix was there, how long a cancellation took. Prints; asserts nothing, since machines differ.
//   bench_window [FILE]        without one: 4 models × 13 layers, 5000 images, 768 numbers each, made up
#include "tests/support/made_up_data.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/written_data.h"
#include "ui/main_window.h"
#include "ui/playground/playground.h"
#include "ui/playground/square_view.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QMouseEvent>
#include <QSpinBox>
#include <QTimer>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

namespace {

using namespace stratoscope;

double milliseconds(const QElapsedTimer& clock) {
    return static_cast<double>(clock.nsecsElapsed()) * 1e-6;
}

// Every gap between two beats of a timer that wants to beat each five milliseconds (a faster one would keep a
// core busy).
class HeartBeat : public QObject {
  public:
    HeartBeat() {
        last_.start();
        timer_.setTimerType(Qt::PreciseTimer);
        connect(&timer_, &QTimer::timeout, this, [this] {
            gaps_.push_back(milliseconds(last_));
            last_.restart();
        });
        timer_.start(5);
    }
    void clear() {
        gaps_.clear();
        last_.restart();
    }
    void print(const char* during) {
        if (gaps_.empty())
            return;
        std::ranges::sort(gaps_);
        std::printf("%-34s longest stall %6.1f ms, 99th percentile %5.1f ms, %zu beats\n", during,
                    gaps_.back(), gaps_[gaps_.size() * 99 / 100], gaps_.size());
    }

  private:
    QTimer timer_;
    QElapsedTimer last_;
    std::vector<double> gaps_;
};

template <class Holds>
void runUntil(Holds holds) {
    while (!holds())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
}

// A point dragged about in the playground for three seconds, as fast as a mouse tells where it is.
void playInTheMeantime(ui::MainWindow& window, HeartBeat& heart) {
    ui::Playground& playground = window.playground();
    playground.resize(1600, 900);
    playground.show();
    runUntil([&] { return playground.portrait() != nullptr && !playground.busy(); });
    auto* square = playground.findChild<ui::SquareView*>(QStringLiteral("squareB"));
    heart.clear();
    const auto tell = [square](QEvent::Type type, QPointF place) {
        const QPointF at = square->layoutNow().at(place);
        QMouseEvent event(type, at, square->mapToGlobal(at), Qt::LeftButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(square, &event);
    };
    tell(QEvent::MouseButtonPress, playground.shown(ui::Side::b)[4]);
    QElapsedTimer clock;
    clock.start();
    QTimer mouse;
    mouse.setTimerType(Qt::PreciseTimer);
    QObject::connect(&mouse, &QTimer::timeout, square, [&] {
        const double angle = 2e-3 * milliseconds(clock);
        tell(QEvent::MouseMove, {0.5 + 0.45 * std::cos(angle), 0.5 + 0.45 * std::sin(angle)});
    });
    mouse.start(8);
    runUntil([&] { return clock.elapsed() > 3000; });
    tell(QEvent::MouseButtonRelease, {0.5, 0.5});
    heart.print("dragging in the playground");
}

} // namespace

int main(int count, char** arguments) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(count, arguments);
    const support::TemporaryFolder folder;
    QString file = count > 1 ? QString::fromLocal8Bit(arguments[1]) : QString();
    if (file.isEmpty()) {
        const auto path = folder.path() / "large.h5";
        support::write_activations(path, support::made_up({.images = 5000,
                                                           .dimension = 768,
                                                           .models = {"a", "b", "c", "d"},
                                                           .layers = 13,
                                                           .thumbnails = true,
                                                           .statistics = true}));
        file = QString::fromStdString(path.string());
    }
    ui::WindowOptions options;
    options.settingsFile = QString::fromStdString((folder.path() / "settings.ini").string());
    ui::MainWindow window(std::move(options));
    window.resize(1440, 900);
    window.show();
    ui::Session& session = window.session();
    HeartBeat heart;

    QElapsedTimer clock;
    clock.start();
    window.open({file});
    double opened = -1.0;
    double first = -1.0;
    runUntil([&] {
        if (opened < 0.0 && session.dataset())
            opened = milliseconds(clock);
        if (first < 0.0 && session.comparison())
            first = milliseconds(clock);
        return session.comparison() && !session.computing();
    });
    const double whole = milliseconds(clock);
    heart.print("opening and computing");
    std::printf("opened after %.0f ms, first matrix %.0f ms, finished %.0f ms: first after %.1f %% of the "
                "job's time\n",
                opened, first, whole, 100.0 * (first - opened) / (whole - opened));

    // The layers are in memory now, as for every question but the first.
    auto* k = window.findChild<QSpinBox*>(QStringLiteral("kChoice"));
    heart.clear();
    clock.restart();
    first = -1.0;
    k->setValue(20);
    runUntil([&] {
        if (first < 0.0 && session.imagesDone())
            first = milliseconds(clock);
        return !session.computing();
    });
    heart.print("another k");
    std::printf("first matrix after %.0f of %.0f ms: %.1f %%\n", first, milliseconds(clock),
                100.0 * first / milliseconds(clock));

    double longest = 0.0;
    for (int attempt = 0; attempt < 8; ++attempt) {
        k->setValue(3 + attempt);
        QElapsedTimer wait;
        wait.start();
        runUntil([&] { return wait.elapsed() > 60 + 150 * attempt || !session.computing(); });
        if (!session.computing())
            continue;
        clock.restart();
        session.cancelComparison();
        runUntil([&] { return !session.computing(); });
        longest = std::max(longest, milliseconds(clock));
    }
    std::printf("cancelled within %.0f ms at most\n", longest);
    playInTheMeantime(window, heart);
    return 0;
}
