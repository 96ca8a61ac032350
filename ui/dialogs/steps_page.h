// The assistant's third step: which outputs become layers, how they are pooled, and into which file.
#pragma once

#include "core/jobs/model_jobs.h"
#include "ui/extraction.h"
#include "ui/path_questions.h"

#include <QWidget>

#include <set>
#include <string>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;

namespace stratoscope::ui {

class ModuleTree;

class StepsPage : public QWidget {
    Q_OBJECT

  public:
    StepsPage(const Session& session, const PathQuestions& questions, QWidget* parent = nullptr);

    /// Ticks what is suggested for another model; of the same one in another size what was ticked stays.
    void setModel(std::shared_ptr<const jobs::InspectModelJob::Report> report);
    /// Also when something else was opened: whether it has the same images is told here.
    void setPictures(std::shared_ptr<const jobs::PictureList> pictures);
    /// Beside the folder of images, named after it: a second model of the same images goes into the same
    /// file. What the person has chosen stays.
    void suggestOutput(const QString& folder);
    /// Writes what was chosen into an order.
    void fill(ExtractOrder& order) const;
    [[nodiscard]] bool complete() const;

  Q_SIGNALS:
    void changed();

  private:
    void choose();
    void refresh();
    [[nodiscard]] std::vector<std::string> poolings() const;
    [[nodiscard]] QString size() const;
    [[nodiscard]] QString outputPath() const;

    const Session& session_;
    const PathQuestions& questions_;
    ModuleTree* tree_;
    std::vector<QCheckBox*> poolings_;
    QLineEdit* name_;
    QLineEdit* output_;
    QString suggested_; ///< for output_
    QCheckBox* half_;
    QComboBox* then_;
    QLabel* same_;
    QLabel* summary_;
    std::shared_ptr<const jobs::InspectModelJob::Report> report_;
    std::shared_ptr<const jobs::PictureList> pictures_;
    bool thenChosen_ = false;                ///< by the person, rather than suggested
    std::shared_ptr<const Dataset> counted_; ///< whose images were held against the pictures
};

} // namespace stratoscope::ui
