// The ranks of all images as bars; the mouse over a bar chooses its image.
#pragma once

#include "ui/painting/rank_bars_painter.h"

#include <QWidget>

namespace stratoscope::ui {

class BarsView : public QWidget {
    Q_OBJECT

  public:
    explicit BarsView(QWidget* parent = nullptr);
    void setStyle_(const Style& style);
    void setScene(RankBarsScene scene);
    [[nodiscard]] const RankBarsScene& scene() const { return scene_; }
    [[nodiscard]] const RankBarsLayout& layoutNow() const { return layout_; }
    [[nodiscard]] QSize sizeHint() const override { return {420, 120}; }

  Q_SIGNALS:
    void chosen(std::size_t image);
    /// To the next (1) or the one before (−1).
    void stepped(int by);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void choose(QPointF point);

    Style style_;
    RankBarsScene scene_;
    RankBarsLayout layout_;
};

} // namespace stratoscope::ui
