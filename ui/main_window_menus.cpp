// What the window offers to do: its menus and its tool bar.
#include "ui/action_row.h"
#include "ui/main_window.h"
#include "ui/question_bar.h"
#include "ui/tour/tour.h"

#include <QAction>
#include <QActionGroup>
#include <QHBoxLayout>
#include <QMenu>
#include <QMenuBar>
#include <QToolBar>
#include <QToolButton>

namespace stratoscope::ui {

void MainWindow::buildMenus() {
    QMenu* file = menuBar()->addMenu(QStringLiteral("&File"));
    file->addAction(QStringLiteral("&Open activations…"), QKeySequence::Open, this, &MainWindow::askToOpen);
    file->addAction(QStringLiteral("Open a &folder of arrays…"), this, &MainWindow::askToOpenFolder);
    recent_ = file->addMenu(QStringLiteral("Open &recent"));
    if (!options_.demo.isEmpty())
        file->addAction(QStringLiteral("Open the &demo"), this, [this] { open({options_.demo}); });
    file->addSeparator();
    file->addAction(QStringLiteral("E&xtract from a model…"), this, &MainWindow::showExtractDialog);
    file->addAction(QStringLiteral("Attach a folder of &images…"), this, &MainWindow::attachFolder);
    file->addSeparator();
    file->addAction(QStringLiteral("&Export a figure…"), QKeySequence(QStringLiteral("Ctrl+E")), this,
                    &MainWindow::showExportDialog);
    file->addAction(QStringLiteral("Save &numbers…"), QKeySequence::Save, this, &MainWindow::saveNumbers);
    file->addSeparator();
    file->addAction(QStringLiteral("&Quit"), QKeySequence::Quit, this, &QWidget::close);

    QMenu* edit = menuBar()->addMenu(QStringLiteral("&Edit"));
    back_ = edit->addAction(QStringLiteral("&Back"), QKeySequence::Back, history_, &History::back);
    back_->setObjectName(QStringLiteral("back"));
    forward_ =
        edit->addAction(QStringLiteral("&Forward"), QKeySequence::Forward, history_, &History::forward);
    forward_->setObjectName(QStringLiteral("forward"));
    edit->addSeparator();
    edit->addAction(QStringLiteral("Copy &methods text"), QKeySequence(QStringLiteral("Ctrl+Shift+C")), this,
                    &MainWindow::copyMethods);

    QMenu* work = menuBar()->addMenu(QStringLiteral("&Data"));
    work->addAction(QStringLiteral("Compute image &statistics from pictures"), session_,
                    &Session::computeStatistics);
    work->addAction(QStringLiteral("Compute &linear readout of statistics"), session_,
                    &Session::computeDecodability);
    work->addSeparator();
    work->addAction(QStringLiteral("&Recompute"), QKeySequence::Refresh, session_, &Session::recompute);
    QAction* cancel =
        work->addAction(QStringLiteral("&Cancel the comparison"), session_, &Session::cancelComparison);
    // What can be done is known when the menu is opened.
    connect(work, &QMenu::aboutToShow, cancel, [this, cancel] { cancel->setEnabled(session_->computing()); });

    QMenu* view = menuBar()->addMenu(QStringLiteral("&View"));
    QAction* paths = view->addAction(QStringLiteral("Best-match &paths"));
    paths->setCheckable(true);
    paths->setChecked(true);
    connect(paths, &QAction::toggled, workspace_, &Workspace::setPathsShown);
    view->addSeparator();
    auto* themes = new QActionGroup(this);
    themes->setObjectName(QStringLiteral("themes"));
    const std::pair<const char*, Theme> choices[] = {
        {"As the &system", Theme::system}, {"&Light", Theme::light}, {"&Dark", Theme::dark}};
    for (const auto& [title, theme] : choices) {
        QAction* action = themes->addAction(QLatin1String(title));
        action->setCheckable(true);
        action->setData(static_cast<int>(theme));
        connect(action, &QAction::triggered, this, [this, chosen = theme] {
            settings_->setValue(QStringLiteral("theme"), static_cast<int>(chosen));
            setTheme(chosen);
        });
        view->addAction(action);
    }
    QMenu* help = menuBar()->addMenu(QStringLiteral("&Help"));
    if (!options_.demo.isEmpty())
        help->addAction(QStringLiteral("&Tour of the demo"), this, &MainWindow::startTour);
    help->addAction(QStringLiteral("&Playground: what the measure means"), this, &MainWindow::showPlayground);
    help->addAction(QStringLiteral("&About Stratoscope"), this, &MainWindow::showAbout);
}

void MainWindow::buildToolBar() {
    auto* bar = addToolBar(QStringLiteral("Main"));
    bar->setObjectName(QStringLiteral("toolBar"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->addAction(QStringLiteral("Open"), this, &MainWindow::askToOpen)
        ->setToolTip(QStringLiteral("Open files of activations"));
    QAction* extract = bar->addAction(QStringLiteral("Extract…"), this, &MainWindow::showExtractDialog);
    extract->setObjectName(QStringLiteral("extract"));
    extract->setToolTip(QStringLiteral("Activations from a model file and a folder of images"));
    const auto arrow = [bar](QAction* action, const QString& sign, const QString& tip) {
        auto* button = new QToolButton(bar);
        button->setDefaultAction(action);
        button->setText(sign);
        button->setToolTip(tip);
        QObject::connect(action, &QAction::changed, button, [button, sign] { button->setText(sign); });
        bar->addWidget(button);
    };
    arrow(back_, QStringLiteral("←"), QStringLiteral("To what was asked and looked at before (Alt+Left)"));
    arrow(forward_, QStringLiteral("→"), QStringLiteral("Forward again (Alt+Right)"));
    bar->addWidget(new QuestionBar(*session_, bar));
    auto* results = new ActionRow(bar);
    const auto add = [&](const QString& text, const QString& tip, void (MainWindow::*start)()) {
        auto* action = new QAction(text, results);
        action->setToolTip(tip);
        connect(action, &QAction::triggered, this, start);
        results->add(action);
    };
    add(QStringLiteral("Export"), QStringLiteral("A figure for a paper"), &MainWindow::showExportDialog);
    add(QStringLiteral("Numbers"), QStringLiteral("The matrix as HDF5, CSV or JSON"),
        &MainWindow::saveNumbers);
    add(QStringLiteral("Methods text"),
        QStringLiteral("Copies a paragraph for the methods section of a paper"), &MainWindow::copyMethods);
    bar->addWidget(results);
}

void MainWindow::buildTour() {
    if (options_.demo.isEmpty())
        return;
    tour_ = new Tour({*session_, *selection_, *workspace_}, findChild<QToolBar*>(QStringLiteral("toolBar")),
                     this);
    connect(tour_, &Tour::playgroundAsked, this, &MainWindow::showPlayground);
}

// At the end of the menu bar: there is room, and whoever is new looks for help there.
void MainWindow::buildCorner() {
    auto* corner = new QWidget(menuBar());
    auto* row = new QHBoxLayout(corner);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    const auto add = [&](const char* name, const QString& text, const QString& tip,
                         void (MainWindow::*start)()) {
        auto* button = new QToolButton(corner);
        button->setObjectName(QLatin1String(name));
        button->setText(text);
        button->setToolTip(tip);
        connect(button, &QToolButton::clicked, this, start);
        row->addWidget(button);
    };
    add("startPlayground", QStringLiteral("Playground"),
        QStringLiteral("Points to drag, which show what information imbalance means"),
        &MainWindow::showPlayground);
    if (tour_ != nullptr)
        add("startTour", QStringLiteral("Tour"),
            QStringLiteral("Leads through the bundled demo in eight steps"), &MainWindow::startTour);
    menuBar()->setCornerWidget(corner);
}

} // namespace stratoscope::ui
