// All pairs of layers as points, of which one can be picked: by one measure in both directions, or by two
// measures.
#pragma once

#include "ui/painting/plane_painter.h"
#include "ui/pair_inspector.h"
#include "ui/selection.h"
#include "ui/session.h"

#include <QPixmap>
#include <QWidget>

namespace stratoscope::ui {

enum class PlaneKind {
    directions,  ///< row → column against column → row
    twoMeasures, ///< the measure against the one beside it
};

class PlaneView : public QWidget {
    Q_OBJECT

  public:
    PlaneView(Session& session, Selection& selection, PairInspector& inspector, QWidget* parent = nullptr);
    void setStyle_(const Style& style);
    void setKind(PlaneKind kind);
    [[nodiscard]] PlaneKind kind() const { return kind_; }
    [[nodiscard]] const PlaneScene& scene() const { return scene_; }
    [[nodiscard]] const PlaneLayout& layoutNow() const { return layout_; }
    /// Of any kind, for export: without the mouse, and never paler. Its comparison is null where there is
    /// nothing to draw.
    [[nodiscard]] PlaneScene sceneOf(PlaneKind kind) const;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

  private:
    void rebuild();
    void refreshMarks();
    [[nodiscard]] std::optional<MatrixCell> pointOfPair(const PlaneScene& scene,
                                                        const std::optional<LayerPair>& pair) const;
    [[nodiscard]] std::optional<LayerPair> pairAt(QPointF point) const;

    Session& session_;
    Selection& selection_;
    PairInspector& inspector_;
    PlaneKind kind_ = PlaneKind::directions;
    Style style_;
    PlaneScene scene_;
    PlaneLayout layout_;
    QPixmap points_; ///< all but the marks
};

} // namespace stratoscope::ui
