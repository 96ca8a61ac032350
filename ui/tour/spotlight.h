// A frame around a part of the window. The mouse goes through it.
#pragma once

#include <QColor>
#include <QWidget>

namespace stratoscope::ui {

class Spotlight : public QWidget {
    Q_OBJECT

  public:
    explicit Spotlight(QWidget* over);
    void setColour(const QColor& colour);
    /// shown: in the coordinates of what it lies over.
    void showAround(const QRect& shown);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QColor colour_;
};

} // namespace stratoscope::ui
