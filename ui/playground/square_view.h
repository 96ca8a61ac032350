// One representation as a square of points that can be dragged, or moved by the arrow keys.
#pragma once

#include "ui/painting/point_square_painter.h"

#include <QWidget>

namespace stratoscope::ui {

class SquareView : public QWidget {
    Q_OBJECT

  public:
    explicit SquareView(QWidget* parent = nullptr);
    void setStyle_(const Style& style);
    void setScene(PointSquareScene scene);
    [[nodiscard]] const PointSquareScene& scene() const { return scene_; }
    [[nodiscard]] const PointSquareLayout& layoutNow() const { return layout_; }
    [[nodiscard]] QSize sizeHint() const override { return {320, 320}; }
    [[nodiscard]] int heightForWidth(int width) const override { return width; }

  Q_SIGNALS:
    void chosen(std::size_t image);
    void hovered(std::optional<std::size_t> image);
    void dragBegan();
    void moved(std::size_t image, QPointF place);
    void dragEnded();
    /// By the arrow keys, the chosen image; the side of the square is 1.
    void nudged(QPointF by);
    /// To the next (1) or the one before (−1).
    void stepped(int by);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;

  private:
    void letGo();
    Style style_;
    PointSquareScene scene_;
    PointSquareLayout layout_;
    std::optional<std::size_t> held_;
    QPointF grip_; ///< from the mouse to the held point's middle
};

} // namespace stratoscope::ui
