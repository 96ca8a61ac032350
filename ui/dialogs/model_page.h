// The assistant's first step: a model file, and what is in it.
#pragma once

#include "core/jobs/model_jobs.h"
#include "ui/job_runner.h"
#include "ui/path_questions.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QSpinBox;

namespace stratoscope::ui {

class ModelPage : public QWidget {
    Q_OBJECT

  public:
    using Report = jobs::InspectModelJob::Report;

    ModelPage(JobRunner& runner, const PathQuestions& questions, QWidget* parent = nullptr);

    /// Null while nothing or the next is looked into.
    [[nodiscard]] std::shared_ptr<const Report> report() const { return report_; }
    [[nodiscard]] bool busy() const { return busy_; }
    [[nodiscard]] const QString& problem() const { return problem_; }
    /// Looks into the file again with pictures of this side; 0: finds a side by trying.
    void inspectFor(std::size_t side);

  Q_SIGNALS:
    void changed();

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void choose();
    void inspect();
    void refresh();

    JobRunner& runner_;
    const PathQuestions& questions_;
    QLineEdit* file_;
    QSpinBox* side_;
    QLabel* facts_;
    QLabel* notes_;
    QString asked_; ///< the file that was looked into last
    std::size_t askedSide_ = 0;
    std::shared_ptr<const Report> report_;
    QString problem_;
    bool busy_ = false;
    std::size_t question_ = 0; ///< answers to an earlier question are dropped
    jobs::JobHandle job_;
};

/// "25.6 million"
[[nodiscard]] QString largeNumber(double number);

} // namespace stratoscope::ui
