// Fusion, but for check boxes: its outline is a shade of the window's colour, which cannot be seen in the
// dark.
#pragma once

#include "ui/painting/style.h"

#include <QProxyStyle>

namespace stratoscope::ui {

class CheckStyle : public QProxyStyle {
  public:
    explicit CheckStyle(const Style& style);

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;

  private:
    void drawCheck(const QStyleOption& option, QPainter& painter) const;

    Style style_;
};

} // namespace stratoscope::ui
