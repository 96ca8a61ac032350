// A choice among all measures of the catalogue, in groups, each with the sentence that says what it tells.
#pragma once

#include "ui/painting/style.h"

#include <QComboBox>

#include <optional>

namespace stratoscope::ui {

class MeasureBox : public QComboBox {
    Q_OBJECT

  public:
    enum class Extra {
        presets, ///< after the measures; their data is "preset:NAME"
        none,    ///< "nothing" before them; its data is empty
    };
    explicit MeasureBox(Extra extra, QWidget* parent = nullptr);

    /// Of a few letters: where room is scarce the name is cut, and whole in the tooltip.
    [[nodiscard]] QSize minimumSizeHint() const override;
    void showPopup() override;
    /// Selects the entry with this data, the first where there is none; nobody is told through activated().
    void choose(const QString& wanted);

  protected:
    void paintEvent(QPaintEvent* event) override; ///< with an ellipsis where the title is too long

  private:
    void addHeading(const QString& text);
    void addMeasures();
    void addPresets();
};

} // namespace stratoscope::ui
