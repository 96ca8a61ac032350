// From a model file and a folder of pictures to activations, in three steps. It stays open beside the window,
// and keeps what was chosen when it is closed.
#pragma once

#include "ui/extraction.h"
#include "ui/path_questions.h"

#include <QDialog>

class QFrame;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTabBar;

namespace stratoscope::ui {

class ImagesPage;
class ModelPage;
class StepsPage;

class ExtractDialog : public QDialog {
    Q_OBJECT

  public:
    ExtractDialog(const Session& session, JobRunner& runner, const PathQuestions& questions,
                  QWidget* parent = nullptr);

    /// What became of an order, in words.
    void showFailure(const QString& text);

  Q_SIGNALS:
    void ordered(const stratoscope::ui::ExtractOrder& order);

  private:
    void modelChanged();
    void goTo(int step);
    void refresh();
    void order();
    [[nodiscard]] bool complete(int step) const;
    [[nodiscard]] QString problem() const;

    ModelPage* model_;
    ImagesPage* images_;
    StepsPage* steps_;
    QTabBar* tabs_;
    QStackedWidget* pages_;
    QFrame* trouble_;
    QLabel* message_;
    QPushButton* back_;
    QPushButton* next_;
    std::shared_ptr<const jobs::InspectModelJob::Report> taken_; ///< by the later steps
    QString failure_;                                            ///< of the last order
};

} // namespace stratoscope::ui
