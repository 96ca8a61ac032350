// What is being computed, how far it is, how long it will take, and a button to stop it.
#pragma once

#include "ui/job_runner.h"
#include "ui/session.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace stratoscope::ui {

class JobBar : public QWidget {
    Q_OBJECT

  public:
    JobBar(JobRunner& runner, Session& session, QWidget* parent = nullptr);

  private:
    void refresh();

    JobRunner& runner_;
    Session& session_;
    QLabel* words_;
    QProgressBar* progress_;
    QToolButton* cancel_;
    std::size_t shown_ = 0; ///< id of the job told of
};

/// "6 s", "2 min", "1 h 5 min".
[[nodiscard]] QString durationText(double seconds);

} // namespace stratoscope::ui
