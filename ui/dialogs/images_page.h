// The assistant's second step: a folder of pictures and what is made of them for the model.
#pragma once

#include "core/jobs/model_jobs.h"
#include "ui/job_runner.h"
#include "ui/path_questions.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace stratoscope::ui {

class PreprocessingPreview;

class ImagesPage : public QWidget {
    Q_OBJECT

  public:
    ImagesPage(JobRunner& runner, const PathQuestions& questions, QWidget* parent = nullptr);

    /// Takes the suggestions of another model; of the same one in another size the size alone.
    void setModel(const jobs::InspectModelJob::Report& report);
    /// Null while there are none.
    [[nodiscard]] std::shared_ptr<const jobs::PictureList> pictures() const { return pictures_; }
    [[nodiscard]] const QString& folder() const { return asked_; }
    [[nodiscard]] const models::Preprocessing& preprocessing() const { return preprocessing_; }
    [[nodiscard]] QString problem() const;

  Q_SIGNALS:
    void changed();
    void sideAsked(std::size_t side); ///< the model has to be looked into again

  private:
    void choose();
    void chooseTable();
    void list();
    void showColumns();
    void takePreset();
    void takeParts();
    void showParts();
    void preview();
    void walk(int step);
    void refresh();

    JobRunner& runner_;
    const PathQuestions& questions_;
    QLineEdit* folder_;
    QLineEdit* table_; ///< of labels; empty: the names of the folders
    QComboBox* column_;
    QLabel* found_;
    QComboBox* preset_;
    QSpinBox* side_;
    QSpinBox* resize_;
    QCheckBox* bgr_;
    QCheckBox* bytes_;
    QLabel* words_;
    PreprocessingPreview* preview_;
    QPushButton* before_;
    QPushButton* next_;
    QString asked_;
    QString askedTable_;
    std::string askedColumn_; ///< empty: the usual one
    std::filesystem::path model_;
    models::Preprocessing preprocessing_;
    std::shared_ptr<const jobs::PictureList> pictures_;
    std::size_t shown_ = 0; ///< picture in the preview
    QString listProblem_;
    QString previewProblem_;
    bool listing_ = false;
    std::size_t listQuestion_ = 0; ///< answers to an earlier question are dropped
    std::size_t previewQuestion_ = 0;
    jobs::JobHandle listJob_;
    jobs::JobHandle previewJob_;
};

} // namespace stratoscope::ui
