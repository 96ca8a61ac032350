// The picked pair in numbers and words, and where it stands among all pairs.
#pragma once

#include "ui/painting/plane_painter.h"
#include "ui/pair_inspector.h"
#include "ui/selection.h"
#include "ui/session.h"

#include <QPixmap>
#include <QWidget>

class QLabel;

namespace stratoscope::ui {

/// All pairs as points; one can be picked.
class PlaneView : public QWidget {
    Q_OBJECT

  public:
    PlaneView(Session& session, Selection& selection, PairInspector& inspector, QWidget* parent = nullptr);
    void setStyle_(const Style& style);
    [[nodiscard]] const PlaneScene& scene() const { return scene_; }

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

  private:
    void rebuild();
    void refreshMarks();
    [[nodiscard]] std::optional<LayerPair> pairAt(QPointF point) const;

    Session& session_;
    Selection& selection_;
    PairInspector& inspector_;
    Style style_;
    PlaneScene scene_;
    PlaneLayout layout_;
    QPixmap points_; ///< all but the marks
};

class PairView : public QWidget {
    Q_OBJECT

  public:
    PairView(Session& session, Selection& selection, PairInspector& inspector, QWidget* parent = nullptr);
    void setStyle_(const Style& style);
    [[nodiscard]] const PlaneView& plane() const { return *plane_; }

  private:
    void refresh();

    Session& session_;
    Selection& selection_;
    PairInspector& inspector_;
    QLabel* heading_;
    QLabel* forward_;
    QLabel* forwardWords_;
    QLabel* backward_;
    QLabel* backwardWords_;
    QLabel* facts_;
    PlaneView* plane_;
    Style style_;
};

/// "0.70 ± 0.01"; without the error where there is none.
[[nodiscard]] QString valueWithError(const Comparison& comparison, std::size_t row, std::size_t column);

} // namespace stratoscope::ui
