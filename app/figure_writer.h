// Writes one figure of the window's views without showing the window: opens, waits until all is computed,
// paints.
#pragma once

#include "app/window_options.h"
#include "ui/main_window.h"

#include <QObject>

namespace stratoscope {

class FigureWriter : public QObject {
    Q_OBJECT

  public:
    FigureWriter(ui::MainWindow& window, AppOptions options, QObject* parent = nullptr);

    /// Begins; the event loop ends with the exit code when the figure is written or can't be.
    void start();

  private:
    void look();
    void prepare();
    void write();
    void writePicture(QWidget& window);
    void finish(int exitCode, const QString& message = {});

    ui::MainWindow& window_;
    AppOptions options_;
    bool opened_ = false;
    bool prepared_ = false;
    bool painted_ = false;
};

/// Picks what the options name in the window's selection; what is not there is named in the returned text.
[[nodiscard]] QString pickAsAsked(ui::MainWindow& window, const AppOptions& options);

} // namespace stratoscope
