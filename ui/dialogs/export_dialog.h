// Which figure, how large, into which file.
#pragma once

#include "ui/exporting/figure_export.h"
#include "ui/exporting/figure_kind.h"

#include <QDialog>

#include <filesystem>
#include <functional>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QDoubleSpinBox;
class QLabel;
class QSpinBox;

namespace stratoscope::ui {

class ExportDialog : public QDialog {
    Q_OBJECT

  public:
    /// figure: of a kind; whyNot: empty where the kind can be painted now.
    ExportDialog(std::function<Figure(FigureKind)> figure, std::function<QString(FigureKind)> whyNot,
                 QWidget* parent = nullptr);

    [[nodiscard]] FigureKind kind() const;
    [[nodiscard]] FigureSize size() const;
    /// pdf, svg or png
    [[nodiscard]] QString suffix() const;

    /// What is to be painted has changed.
    void refreshPreview();

  private:
    void choose(FigureKind kind);

    std::function<Figure(FigureKind)> figure_;
    std::function<QString(FigureKind)> whyNot_;
    QComboBox* kind_;
    QComboBox* format_;
    QComboBox* column_;
    QDoubleSpinBox* width_;
    QDoubleSpinBox* height_;
    QDoubleSpinBox* font_;
    QSpinBox* dots_;
    QCheckBox* captioned_;
    QLabel* preview_;
    QDialogButtonBox* buttons_;
};

} // namespace stratoscope::ui
