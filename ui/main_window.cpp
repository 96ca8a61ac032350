#include "ui/main_window.h"

#include "core/analysis/telling_cell.h"
#include "core/base/error.h"
#include "core/jobs/open_job.h"
#include "ui/dialogs/export_dialog.h"
#include "ui/dialogs/extract_dialog.h"
#include "ui/exporting/methods_text.h"
#include "ui/extraction.h"
#include "ui/playground/playground.h"
#include "ui/recent_files.h"
#include "ui/tour/tour.h"
#include "ui/views/error_banner.h"
#include "ui/views/job_bar.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QScreen>
#include <QStatusBar>
#include <QToolBar>
#include <QVBoxLayout>

#include <algorithm>

namespace stratoscope::ui {
namespace {

QStringList filesOf(const QMimeData* data) {
    QStringList files;
    for (const QUrl& url : data->urls())
        if (url.isLocalFile())
            files << url.toLocalFile();
    return files;
}

QString shownNames(const QStringList& files) {
    QStringList names;
    for (const QString& file : files)
        names << QFileInfo(file).fileName();
    return names.join(QStringLiteral(", "));
}

} // namespace

MainWindow::MainWindow(WindowOptions options, QWidget* parent)
    : QMainWindow(parent), options_(std::move(options)),
      settings_(
          options_.settingsFile.isEmpty()
              ? std::make_unique<QSettings>(QStringLiteral("Stratoscope"), QStringLiteral("Stratoscope"))
              : std::make_unique<QSettings>(options_.settingsFile, QSettings::IniFormat)),
      runner_(std::make_unique<JobRunner>(options_.threads)) {
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(QStringLiteral("Stratoscope"));
    setAcceptDrops(true);
    session_ = new Session(*runner_, this);
    selection_ = new Selection(this);
    history_ = new History(*session_, *selection_, this);
    inspector_ = new PairInspector(*session_, *selection_, *runner_, this);
    thumbnails_ = new ThumbnailCache(*runner_, this);
    workspace_ = new Workspace(*session_, *selection_, *inspector_, *thumbnails_);
    banner_ = new ErrorBanner;
    auto* central = new QWidget(this);
    auto* column = new QVBoxLayout(central);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(banner_);
    column->addWidget(workspace_, 1);
    setCentralWidget(central);
    connect(workspace_, &Workspace::picturesWanted, this, &MainWindow::attachFolder);
    buildMenus();
    buildToolBar();
    buildTour();
    buildCorner();
    statusBar()->setSizeGripEnabled(false);
    statusBar()->addPermanentWidget(new JobBar(*runner_, *session_, this)); // messages do not hide it
    facts_ = new QLabel(this);
    facts_->setObjectName(QStringLiteral("statusFacts"));
    statusBar()->addPermanentWidget(facts_);

    connect(session_, &Session::openFailed, this,
            [this](const QString& text) { report(QStringLiteral("This could not be opened"), text); });
    connect(runner_.get(), &JobRunner::failed, this,
            [this](const QString& title, const jobs::Failure& failure) {
                report(title, QString::fromStdString(failure.text));
            });
    connect(session_, &Session::comparisonFailed, this, [this](const jobs::Failure& failure) {
        report(QStringLiteral("Comparing layers"), QString::fromStdString(failure.text));
        bannerTellsOfComparison_ = true;
    });
    connect(session_, &Session::comparisonChanged, this, [this] {
        if (bannerTellsOfComparison_ && session_->computing()) // another question: what was said is void
            banner_->hide();
    });
    connect(session_, &Session::notice, this,
            [this](const QString& text) { statusBar()->showMessage(text, 8000); });
    connect(session_, &Session::datasetChanged, this, [this] {
        if (!session_->pooledAnew()) // else layers and images are those they were
            selection_->reset();
        banner_->hide();
        const QStringList files = shownFiles();
        setWindowTitle(QStringLiteral("%1 — Stratoscope")
                           .arg(files.isEmpty() ? QStringLiteral("Extracting…") : shownNames(files)));
        if (!files.isEmpty() && files != QStringList{options_.demo}) {
            RecentFiles(*settings_).add(files);
            refreshRecent();
        }
    });
    connectExtraction();
    connect(session_, &Session::comparisonChanged, this, &MainWindow::refreshStatus);
    connect(session_, &Session::comparisonChanged, this, &MainWindow::pickFirst);
    const auto ways = [this] {
        back_->setEnabled(history_->canGoBack());
        forward_->setEnabled(history_->canGoForward());
    };
    connect(history_, &History::changed, this, ways);
    ways();
    refreshRecent();
    theme_ = static_cast<Theme>(
        settings_->value(QStringLiteral("theme"), static_cast<int>(Theme::system)).toInt());
    constexpr QSize frame(16, 64); // about what a window manager adds; it is not known before it has done so
    resize(QSize(1440, 900).boundedTo(screen()->availableSize() - frame));
    restoreGeometry(settings_->value(QStringLiteral("geometry")).toByteArray());
    workspace_->restoreArrangement(settings_->value(QStringLiteral("arrangement")).toByteArray());
    setTheme(theme_);
}

MainWindow::~MainWindow() {
    runner_.reset(); // every worker has stopped before what they report to goes
}

void MainWindow::open(const QStringList& files) {
    std::vector<std::filesystem::path> paths;
    for (const QString& file : files)
        paths.emplace_back(file.toStdString());
    if (!paths.empty())
        session_->open(paths);
}

void MainWindow::startTour() {
    const auto startIfShown = [this] {
        const bool shown = shownFiles() == QStringList{options_.demo};
        if (shown)
            tour_->start();
        return shown;
    };
    if (startIfShown())
        return;
    open({options_.demo});
    connect(session_, &Session::datasetChanged, tour_, startIfShown, Qt::SingleShotConnection);
}

Playground& MainWindow::playground() {
    if (playground_ == nullptr) {
        playground_ = new Playground(*runner_, tour_ != nullptr, this);
        playground_->setStyle_(styleFor(theme_));
        connect(playground_, &Playground::tourAsked, this, [this] {
            playground_->close(); // it would lie over what the tour shows
            startTour();
        });
    }
    return *playground_;
}

void MainWindow::showPlayground() {
    playground().show();
    playground_->raise();
    playground_->activateWindow();
}

QStringList MainWindow::shownFiles() const {
    QStringList files;
    for (const auto& file : session_->files())
        files << QString::fromStdString(file.string());
    return files;
}

void MainWindow::askToOpen() {
    open(options_.questions.filesToOpen(this));
}

void MainWindow::askToOpenFolder() {
    const QString folder =
        options_.questions.folderOfArrays ? options_.questions.folderOfArrays(this) : QString();
    if (!folder.isEmpty())
        open({folder});
}

void MainWindow::showExtractDialog() {
    if (extractDialog_ == nullptr) {
        extractDialog_ = new ExtractDialog(*session_, *runner_, options_.questions, this);
        connect(extractDialog_, &ExtractDialog::ordered, extraction_, &Extraction::start);
    }
    extractDialog_->show();
    extractDialog_->raise();
    extractDialog_->activateWindow();
}

void MainWindow::connectExtraction() {
    extraction_ = new Extraction(*session_, *runner_, this);
    // The person's choices have to change: so the dialog comes back with them and with what is wrong.
    connect(extraction_, &Extraction::failed, this, [this](const QString& text) {
        showExtractDialog();
        extractDialog_->showFailure(text);
    });
    connect(extraction_, &Extraction::notice, this,
            [this](const QString& text) { statusBar()->showMessage(text, 12000); });
    connect(extraction_, &Extraction::remarks, this, &MainWindow::report);
    connect(extraction_, &Extraction::written, this, [this](const QString& file) {
        RecentFiles(*settings_).add({file});
        refreshRecent();
    });
}

void MainWindow::attachFolder() {
    if (!session_->dataset()) {
        statusBar()->showMessage(QStringLiteral("Open a file of activations first"), 8000);
        return;
    }
    const QString folder = options_.questions.folderOfImages(this);
    if (!folder.isEmpty())
        session_->attachFolder(folder.toStdString());
}

void MainWindow::refreshRecent() {
    recent_->clear();
    for (const QString& entry : RecentFiles(*settings_).entries()) {
        const QStringList files = entry.split(QLatin1Char('\n'));
        recent_->addAction(shownNames(files), this, [this, files] { open(files); })->setToolTip(entry);
    }
    recent_->setEnabled(!recent_->isEmpty());
}

// A first look needs something to look at.
void MainWindow::pickFirst() {
    const auto comparison = session_->comparison();
    if (!comparison || session_->imagesDone() || session_->stale() || selection_->picked() != Picked{})
        return;
    if (const auto cell = analysis::most_telling_cell(*comparison))
        selection_->start(
            {LayerPair{comparison->rows[cell->row].path(), comparison->columns[cell->column].path()},
             std::nullopt, std::nullopt});
}

void MainWindow::refreshStatus() {
    const auto dataset = session_->dataset();
    if (!dataset) {
        facts_->clear();
        return;
    }
    const auto models = std::ranges::count_if(
        dataset->models, [](const Model& model) { return model.family != statistics_family; });
    QStringList parts{QStringLiteral("%1 images").arg(dataset->images.size()),
                      models == 1 ? QStringLiteral("1 model") : QStringLiteral("%1 models").arg(models)};
    if (models < std::ssize(dataset->models))
        parts << QStringLiteral("image statistics");
    parts << QStringLiteral("%1 layers").arg(dataset->all_layers().size());
    if (const auto comparison = session_->comparison(); comparison && !comparison->definition.pooling.empty())
        parts << QStringLiteral("pooling: %1").arg(QString::fromStdString(comparison->definition.pooling));
    facts_->setText(parts.join(QStringLiteral(" · ")));
}

void MainWindow::setTheme(Theme theme) {
    theme_ = theme;
    for (QAction* action : findChild<QActionGroup*>(QStringLiteral("themes"))->actions())
        action->setChecked(action->data().toInt() == static_cast<int>(theme));
    const Style style = styleFor(theme);
    applyStyle(*qobject_cast<QApplication*>(QCoreApplication::instance()), style);
    workspace_->setStyle_(style);
    if (tour_ != nullptr)
        tour_->setStyle_(style);
    if (playground_ != nullptr)
        playground_->setStyle_(style);
}

void MainWindow::exportFigureAs(FigureKind kind, const FigureSize& size, const QString& suffix) {
    const QString path =
        options_.questions.fileToWrite(this, QStringLiteral("%1.%2").arg(nameOf(kind), suffix),
                                       QStringLiteral("%1 (*.%2)").arg(suffix.toUpper(), suffix));
    if (path.isEmpty())
        return;
    const QString whole = QFileInfo(path).suffix().isEmpty() ? path + QLatin1Char('.') + suffix : path;
    try {
        exportFigure(whole.toStdString(), size, workspace_->figure(kind));
        statusBar()->showMessage(QStringLiteral("Wrote %1").arg(whole), 8000);
    } catch (const Error& error) {
        report(QStringLiteral("The figure was not written"), QString::fromUtf8(error.what()));
    }
}

void MainWindow::showExportDialog() {
    auto* dialog = new ExportDialog([this](FigureKind kind) { return workspace_->figure(kind); },
                                    [this](FigureKind kind) { return workspace_->whyNoFigure(kind); }, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(session_, &Session::comparisonChanged, dialog, &ExportDialog::refreshPreview);
    connect(dialog, &QDialog::accepted, this,
            [this, dialog] { exportFigureAs(dialog->kind(), dialog->size(), dialog->suffix()); });
    dialog->open();
}

void MainWindow::saveNumbers() {
    const QString path = options_.questions.fileToWrite(
        this, QStringLiteral("comparison.csv"), QStringLiteral("CSV (*.csv);;HDF5 (*.h5);;JSON (*.json)"));
    if (!path.isEmpty())
        session_->saveNumbers(path.toStdString());
}

void MainWindow::copyMethods() {
    const auto comparison = session_->comparison();
    if (!session_->settled()) {
        statusBar()->showMessage(comparison ? QStringLiteral("The comparison is not finished: no text yet")
                                            : QStringLiteral("There is no comparison yet"),
                                 8000);
        return;
    }
    const QString software = QStringLiteral("Stratoscope %1").arg(QCoreApplication::applicationVersion());
    QString text = methodsText(*comparison, software);
    if (const auto beside = session_->beside(); beside && !session_->besideStale())
        text += QStringLiteral("\n\n") + methodsText(*beside, software);
    QApplication::clipboard()->setText(text);
    statusBar()->showMessage(QStringLiteral("The methods text is on the clipboard"), 8000);
}

void MainWindow::report(const QString& title, const QString& text) {
    bannerTellsOfComparison_ = false;
    banner_->showError(title, text);
}

void MainWindow::showAbout() {
    auto* box = new QMessageBox(
        QMessageBox::NoIcon, QStringLiteral("About Stratoscope"),
        QStringLiteral("<b>Stratoscope %1</b><p>See where vision models diverge, layer by layer.</p>"
                       "<p>After arXiv 2601.21621, Similarity of Processing Steps in Vision Model "
                       "Representations. Free software: GPL-3.0-or-later.</p>")
            .arg(QCoreApplication::applicationVersion()),
        QMessageBox::Ok, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    settings_->setValue(QStringLiteral("geometry"), saveGeometry());
    settings_->setValue(QStringLiteral("arrangement"), workspace_->arrangement());
    if (playground_ != nullptr)
        playground_->close();
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!filesOf(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QStringList files = filesOf(event->mimeData());
    if (files.isEmpty())
        return;
    event->acceptProposedAction();
    if (files.size() == 1 && QFileInfo(files.front()).isDir() &&
        !jobs::holds_activations(files.front().toStdString()))
        session_->attachFolder(files.front().toStdString());
    else
        open(files);
}

void MainWindow::changeEvent(QEvent* event) {
    if (event->type() == QEvent::FontChange && workspace_ != nullptr) {
        workspace_->setStyle_(styleFor(theme_));
        if (playground_ != nullptr)
            playground_->setStyle_(styleFor(theme_));
    }
    QMainWindow::changeEvent(event);
}

} // namespace stratoscope::ui
