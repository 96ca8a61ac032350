// Curves over relative depth: smoothness, what becomes of image statistics, how well they can be read
// linearly, and intrinsic dimension.
#pragma once

#include "ui/views/linked_curves.h"

#include <QWidget>

#include <optional>
#include <vector>

class QComboBox;
class QCustomPlot;
class QLabel;
class QPushButton;
class QTabBar;

namespace stratoscope::ui {

/// In the order of the tabs.
enum class CurveKind { smoothness, retention, readout, dimension };

class CurvesView : public QWidget {
    Q_OBJECT

  public:
    CurvesView(Session& session, Selection& selection, QWidget* parent = nullptr);

    void setStyle_(const Style& style);
    void setKind(CurveKind kind);
    [[nodiscard]] CurveKind kind() const;
    [[nodiscard]] const CurveFigure& figure() const { return figure_; }
    /// Which statistic, or at which scale: stands in the card's heading, for the tabs need their line.
    [[nodiscard]] QComboBox* choice() const { return statistic_; }
    /// What the curves mean, for the card's heading: in full, then the wordings for narrower ones.
    [[nodiscard]] QStringList explanation() const;
    /// Of another kind than the one on the screen, for export.
    [[nodiscard]] CurveFigure figureOf(CurveKind kind) const { return curvesOf(kind).figure; }
    /// What its choice beside the tabs says, or would say: "2NN", "light"; empty where there is none.
    [[nodiscard]] QString chosenFor(CurveKind kind) const;
    [[nodiscard]] std::vector<LayerPair> pairsOf(std::size_t curve) const { return pairs_.at(curve); }
    [[nodiscard]] QCustomPlot& plot() const { return *plot_; }

  Q_SIGNALS:
    void explanationChanged();

  protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    [[nodiscard]] LinkedCurves curvesOf(CurveKind wanted) const;
    void computeWhatIsMissing();
    void fitTabs();
    void rebuild();
    void redraw();
    void refreshHighlight();
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
    std::vector<std::vector<LayerPair>> pairs_; ///< of figure_
};

} // namespace stratoscope::ui
