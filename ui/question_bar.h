// What is asked of the layers: measure, k, distance, pooling, scale. Changing one recomputes in the
// background.
#pragma once

#include "ui/session.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QLabel;
class QSpinBox;

namespace stratoscope::ui {

class MeasureBox;

class QuestionBar : public QWidget {
    Q_OBJECT

  public:
    explicit QuestionBar(Session& session, QWidget* parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;        ///< with all words
    [[nodiscard]] QSize minimumSizeHint() const override; ///< boxes alone, the measure's name cut

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void refresh();
    void refreshK();
    void refreshPoolings();
    [[nodiscard]] std::size_t mostNeighbours() const;
    void chooseMeasure(int index);
    [[nodiscard]] bool asked(const QWidget* part) const; ///< pooling is only where there is a choice
    /// Of all that is asked but the first few words.
    [[nodiscard]] int widthWithout(std::size_t words, int measure) const;
    void fit();

    Session& session_;
    QLabel* measureLabel_;
    MeasureBox* measure_;
    QLabel* kLabel_;
    QSpinBox* k_;
    QLabel* distanceLabel_;
    QComboBox* distance_;
    QLabel* poolingLabel_;
    QComboBox* pooling_;
    QLabel* scaleLabel_;
    QComboBox* scale_;
    std::vector<QLabel*> words_; ///< said by tooltips, too: the first goes first where room is scarce
};

} // namespace stratoscope::ui
