// What is asked of the layers: measure, k, distance, pooling, scale. Changing one recomputes in the
// background.
#pragma once

#include "ui/session.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QSpinBox;

namespace stratoscope::ui {

class MeasureBox;

class QuestionBar : public QWidget {
    Q_OBJECT

  public:
    explicit QuestionBar(Session& session, QWidget* parent = nullptr);

  private:
    void refresh();
    void refreshK();
    void refreshPoolings();
    [[nodiscard]] std::size_t mostNeighbours() const;
    void chooseMeasure(int index);

    Session& session_;
    MeasureBox* measure_;
    QLabel* kLabel_;
    QSpinBox* k_;
    QLabel* distanceLabel_;
    QComboBox* distance_;
    QLabel* poolingLabel_;
    QComboBox* pooling_;
    QComboBox* scale_;
};

} // namespace stratoscope::ui
