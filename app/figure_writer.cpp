#include "app/figure_writer.h"

#include "core/base/error.h"
#include "ui/playground/playground.h"

#include <QCoreApplication>
#include <QImage>
#include <QPainter>
#include <QTimer>

#include <algorithm>
#include <cstdio>

namespace stratoscope {

QString pickAsAsked(ui::MainWindow& window, const AppOptions& options) {
    const auto dataset = window.session().dataset();
    if (!dataset)
        return QStringLiteral("nothing is open");
    ui::Picked picked = window.selection().picked();
    for (const QString& path : {options.pairFrom, options.pairTo})
        if (!path.isEmpty() && !dataset->find(path.toStdString()))
            return QStringLiteral("there is no layer %1; stratoscope-cli info lists the layers").arg(path);
    for (const QString& name : {options.blockRows, options.blockColumns})
        if (!name.isEmpty() &&
            std::ranges::find(dataset->models, name.toStdString(), &Model::name) == dataset->models.end())
            return QStringLiteral("there is no model %1; stratoscope-cli info lists the models").arg(name);
    if (!options.pairFrom.isEmpty())
        picked.pair = ui::LayerPair{options.pairFrom.toStdString(), options.pairTo.toStdString()};
    if (!options.blockRows.isEmpty())
        picked.block = ui::ModelPair{options.blockRows.toStdString(), options.blockColumns.toStdString()};
    if (!options.image.isEmpty()) {
        const auto& ids = dataset->images.ids;
        const auto at = std::ranges::find(ids, options.image.toStdString());
        if (at == ids.end())
            return QStringLiteral("there is no image %1").arg(options.image);
        picked.image = static_cast<std::size_t>(at - ids.begin());
    }
    if (picked != window.selection().picked())
        window.selection().start(picked);
    return {};
}

FigureWriter::FigureWriter(ui::MainWindow& window, AppOptions options, QObject* parent)
    : QObject(parent), window_(window), options_(std::move(options)) {}

void FigureWriter::start() {
    connect(&window_.session(), &ui::Session::openFailed, this,
            [this](const QString& text) { finish(static_cast<int>(ErrorKind::bad_data), text); });
    const auto failed = [this](const jobs::Failure& failure) {
        finish(static_cast<int>(failure.kind), QString::fromStdString(failure.text));
    };
    connect(&window_.session(), &ui::Session::comparisonFailed, this, failed);
    connect(&window_.runner(), &ui::JobRunner::failed, this,
            [failed](const QString&, const jobs::Failure& failure) { failed(failure); });
    connect(&window_.session(), &ui::Session::datasetChanged, this, [this] { opened_ = true; });
    // Every step ends with a job's end, and a look after it costs nothing.
    auto* timer = new QTimer(this);
    timer->setInterval(15);
    connect(timer, &QTimer::timeout, this, &FigureWriter::look);
    timer->start();
}

void FigureWriter::prepare() {
    prepared_ = true;
    const QString missing = pickAsAsked(window_, options_);
    if (!missing.isEmpty()) {
        finish(static_cast<int>(ErrorKind::usage), missing);
        return;
    }
    if (options_.figure && options_.figure->kind == ui::FigureKind::readout)
        window_.session().computeDecodability();
    if (options_.figure && options_.figure->kind == ui::FigureKind::dimension)
        window_.session().computeDimensions();
}

void FigureWriter::look() {
    if (options_.playground) {
        if (window_.playground().portrait() != nullptr && !window_.playground().busy())
            writePicture(window_.playground());
        return;
    }
    ui::Session& session = window_.session();
    if (!opened_ || session.computing() || !session.comparison() || session.imagesDone())
        return;
    if (!prepared_) {
        prepare();
        return;
    }
    if (!window_.runner().statuses().empty() || window_.inspector().facts().busy())
        return;
    if (!painted_) {
        // Painting asks for the thumbnails it needs; they are there at a later look.
        painted_ = true;
        QImage unseen(64, 64, QImage::Format_RGB32);
        QPainter painter(&unseen);
        if (options_.screenshot)
            window_.render(&painter);
        else if (window_.workspace().whyNoFigure(options_.figure->kind).isEmpty())
            window_.workspace()
                .figure(options_.figure->kind)
                .paint(painter, QRectF(0, 0, 2000, 2000), ui::paperStyle(7.0, 2.0));
        return;
    }
    if (!window_.thumbnails().busy())
        write();
}

void FigureWriter::writePicture(QWidget& window) {
    const bool written = window.grab().save(options_.screenshot->path);
    finish(written ? 0 : static_cast<int>(ErrorKind::cannot_write),
           written ? QString() : QStringLiteral("%1 could not be written").arg(options_.screenshot->path));
}

void FigureWriter::write() {
    if (options_.screenshot) {
        writePicture(window_);
        return;
    }
    const QString why = window_.workspace().whyNoFigure(options_.figure->kind);
    if (!why.isEmpty()) {
        finish(static_cast<int>(ErrorKind::usage), why);
        return;
    }
    try {
        ui::exportFigure(options_.figure->path.toStdString(), options_.figure->size,
                         window_.workspace().figure(options_.figure->kind));
        finish(0);
    } catch (const Error& error) {
        finish(error.exit_code(), QString::fromUtf8(error.what()));
    }
}

void FigureWriter::finish(int exitCode, const QString& message) {
    for (QTimer* timer : findChildren<QTimer*>())
        timer->stop();
    if (!message.isEmpty())
        std::fprintf(stderr, "stratoscope: %s\n", qPrintable(message));
    QCoreApplication::exit(exitCode);
}

} // namespace stratoscope
