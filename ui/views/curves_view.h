// Curves over relative depth: smoothness, what becomes of image statistics, and how well they can be read
// linearly.
#pragma once

#include "ui/painting/curve_figure.h"
#include "ui/selection.h"
#include "ui/session.h"

#include <QWidget>

#include <optional>
#include <vector>

class QComboBox;
class QCustomPlot;
class QLabel;
class QPushButton;
class QTabBar;

namespace stratoscope::ui {

enum class CurveKind { smoothness, retention, readout };

class CurvesView : public QWidget {
    Q_OBJECT

  public:
    CurvesView(Session& session, Selection& selection, QWidget* parent = nullptr);

    void setStyle_(const Style& style);
    void setKind(CurveKind kind);
    [[nodiscard]] CurveKind kind() const;
    [[nodiscard]] const CurveFigure& figure() const { return figure_; }
    /// What the curves mean, for the card's heading.
    [[nodiscard]] QString explanation() const;
    /// Of another kind than the one on the screen, for export.
    [[nodiscard]] CurveFigure figureOf(CurveKind kind) const;
    [[nodiscard]] std::vector<LayerPair> pairsOf(std::size_t curve) const { return pairs_.at(curve); }
    [[nodiscard]] QCustomPlot& plot() const { return *plot_; }

  Q_SIGNALS:
    void explanationChanged();

  protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    using Pairs = std::vector<std::vector<LayerPair>>;

    void rebuild();
    void redraw();
    void refreshHighlight();
    [[nodiscard]] CurveFigure smoothnessFigure(Pairs& pairs) const;
    [[nodiscard]] CurveFigure retentionFigure(Pairs& pairs) const;
    [[nodiscard]] CurveFigure readoutFigure(Pairs& pairs) const;
    [[nodiscard]] std::optional<CurvePoint> pointNear(QPointF position) const;
    void updateStatisticChoices();

    Session& session_;
    Selection& selection_;
    Style style_;
    QTabBar* tabs_;
    QComboBox* statistic_;
    QCustomPlot* plot_;
    QLabel* message_;
    QPushButton* remedy_;
    CurveFigure figure_;
    Pairs pairs_; ///< (curve, point): the layers it is about
};

} // namespace stratoscope::ui
