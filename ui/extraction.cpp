#include "ui/extraction.h"

#include <algorithm>
#include <cmath>

namespace stratoscope::ui {
namespace {

constexpr std::size_t most_skipped_named = 8;

QString remarksOf(const jobs::ExtractJob::Result& result) {
    QStringList lines;
    for (const std::string& note : result.notes)
        lines << QString::fromStdString(note);
    for (std::size_t i = 0; i < std::min(result.skipped.size(), most_skipped_named); ++i)
        lines << QStringLiteral("%1: %2").arg(
            QString::fromStdString(result.skipped[i].picture.filename().string()),
            QString::fromStdString(result.skipped[i].reason));
    if (result.skipped.size() > most_skipped_named)
        lines << QStringLiteral("and %1 more").arg(result.skipped.size() - most_skipped_named);
    return lines.join(QLatin1Char('\n'));
}

} // namespace

struct Extraction::Running {
    ExtractOrder order;
    std::vector<std::filesystem::path> openThen; ///< what is open as long as the person opens nothing else
};

Extraction::Extraction(Session& session, JobRunner& runner, QObject* parent)
    : QObject(parent), session_(session), runner_(runner) {}

void Extraction::start(const ExtractOrder& order) {
    const auto running = std::make_shared<Running>(Running{order, session_.files()});
    runner_.run<jobs::ExtractJob>(
        this, order.job,
        {.done = [this, running](const jobs::ExtractJob::Result& result) { finish(*running, result); },
         .snapshot = [this, running](
                         jobs::ExtractJob::Snapshot snapshot) { showSoFar(*running, std::move(snapshot)); },
         .failed =
             [this](const jobs::Failure& failure) { Q_EMIT failed(QString::fromStdString(failure.text)); },
         .cancelled =
             [this] {
                 Q_EMIT notice(QStringLiteral("Extraction stopped. The same choices again go on where it "
                                              "was: File › Extract from a model…"));
             }});
}

void Extraction::showSoFar(Running& running, std::shared_ptr<const Dataset> dataset) {
    if (running.order.then != ExtractOrder::Then::open || session_.files() != running.openThen)
        return;
    session_.showUnfinished(std::move(dataset));
    running.openThen = session_.files();
}

void Extraction::finish(const Running& running, const jobs::ExtractJob::Result& result) {
    const QString file = QString::fromStdString(result.output.string());
    QString text = QStringLiteral("%1 images, %2 layers").arg(result.images).arg(result.layers);
    if (result.images_per_second > 0.0)
        text += QStringLiteral(" at %1 images a second").arg(std::lround(result.images_per_second));
    text += QStringLiteral(" into ") + file;
    const QString remarksText = remarksOf(result);
    const auto tell = [this, result, remarksText] {
        if (!remarksText.isEmpty())
            Q_EMIT remarks(
                result.skipped.empty()
                    ? QStringLiteral("Extracted, with remarks")
                    : QStringLiteral("%1 pictures can't be read and are left out").arg(result.skipped.size()),
                remarksText);
    };
    const bool undisturbed = session_.files() == running.openThen;
    std::vector<std::filesystem::path> files{result.output};
    if (running.order.then == ExtractOrder::Then::add) {
        files = session_.files();
        if (std::ranges::find(files, result.output) == files.end())
            files.push_back(result.output);
    }
    if (running.order.then == ExtractOrder::Then::nothing || !undisturbed) {
        Q_EMIT written(file);
        Q_EMIT notice(text + QStringLiteral("; it is under File › Open recent"));
        tell();
        return;
    }
    // Remarks would be cleared away by what is opened.
    connect(&session_, &Session::datasetChanged, this, tell, Qt::SingleShotConnection);
    Q_EMIT notice(text);
    session_.open(files);
}

} // namespace stratoscope::ui
