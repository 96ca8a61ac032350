// The window: menus, tool bar, cards, what is being computed, and messages.
#pragma once

#include "ui/history.h"
#include "ui/pair_inspector.h"
#include "ui/path_questions.h"
#include "ui/selection.h"
#include "ui/session.h"
#include "ui/theme.h"
#include "ui/thumbnail_cache.h"
#include "ui/workspace.h"

#include <QMainWindow>
#include <QSettings>

#include <memory>

class QAction;
class QLabel;
class QMenu;

namespace stratoscope::ui {

class ErrorBanner;
class ExtractDialog;
class Extraction;
class Playground;
class Tour;

struct WindowOptions {
    PathQuestions questions = pathDialogs();
    QString settingsFile; ///< empty: the user's own
    QString demo;         ///< empty: no demo to open
    std::size_t threads = 0;
};

class MainWindow : public QMainWindow {
    Q_OBJECT

  public:
    explicit MainWindow(WindowOptions options, QWidget* parent = nullptr);
    ~MainWindow() override;

    void open(const QStringList& files);
    /// Opens the demo, unless it is open already, and leads through it.
    void startTour();
    /// Made when it is first asked for.
    [[nodiscard]] Playground& playground();
    void showPlayground();
    void setTheme(Theme theme);
    [[nodiscard]] Session& session() { return *session_; }
    [[nodiscard]] Selection& selection() { return *selection_; }
    [[nodiscard]] PairInspector& inspector() { return *inspector_; }
    [[nodiscard]] ThumbnailCache& thumbnails() { return *thumbnails_; }
    [[nodiscard]] Workspace& workspace() { return *workspace_; }
    [[nodiscard]] JobRunner& runner() { return *runner_; }

    void exportFigureAs(FigureKind kind, const FigureSize& size, const QString& suffix);

  protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void buildMenus();
    void buildToolBar();
    void buildTour();
    void buildCorner();
    [[nodiscard]] QStringList shownFiles() const;
    void refreshRecent();
    void refreshStatus();
    void showExportDialog();
    void saveNumbers();
    void copyMethods();
    void askToOpenFolder();
    void attachFolder();
    void askToOpen();
    void showExtractDialog();
    void connectExtraction();
    void showAbout();
    void report(const QString& title, const QString& text);
    void pickFirst();

    WindowOptions options_;
    std::unique_ptr<QSettings> settings_;
    // In this order: the runner goes first when the window is taken apart, so that no worker tells the others
    // anything.
    Session* session_ = nullptr;
    Selection* selection_ = nullptr;
    History* history_ = nullptr;
    PairInspector* inspector_ = nullptr;
    ThumbnailCache* thumbnails_ = nullptr;
    std::unique_ptr<JobRunner> runner_;
    Workspace* workspace_ = nullptr;
    ErrorBanner* banner_ = nullptr;
    Tour* tour_ = nullptr;             ///< null where there is no demo
    Playground* playground_ = nullptr; ///< null until it is asked for
    bool bannerTellsOfComparison_ = false;
    Extraction* extraction_ = nullptr;
    ExtractDialog* extractDialog_ = nullptr; ///< kept with its choices once it was asked for
    QMenu* recent_ = nullptr;
    QLabel* facts_ = nullptr;
    QAction* back_ = nullptr;
    QAction* forward_ = nullptr;
    Theme theme_ = Theme::system;
};

} // namespace stratoscope::ui
