#include "ui/painting/style.h"

#include <algorithm>
#include <array>

namespace stratoscope::ui {
namespace {

QFont scaled(QFont font, double factor) {
    if (font.pixelSize() > 0)
        font.setPixelSize(std::max(1, qRound(font.pixelSize() * factor)));
    else
        font.setPointSizeF(font.pointSizeF() * factor);
    return font;
}

} // namespace

QFont Style::small() const {
    return scaled(font, 0.86);
}

QFont Style::bold() const {
    QFont out = font;
    out.setWeight(QFont::DemiBold);
    return out;
}

QFont Style::heading() const {
    QFont out = scaled(font, 1.12);
    out.setWeight(QFont::DemiBold);
    return out;
}

QColor Style::model(std::size_t n) const {
    // Okabe and Ito (2008), without its black; the yellow last, since it is hard to see on white.
    static constexpr std::array<QRgb, 8> colours{0xff0072b2, 0xffe69f00, 0xff009e73, 0xffcc79a7,
                                                 0xff56b4e9, 0xffd55e00, 0xff8c6bb1, 0xff8a8a2f};
    const QColor colour = QColor::fromRgb(colours[n % colours.size()]);
    return dark ? colour.lighter(n % colours.size() == 0 ? 150 : 115) : colour;
}

Style lightStyle(const QFont& font) {
    Style style;
    style.window = QColor(0xeceff3);
    style.card = QColor(0xffffff);
    style.border = QColor(0xd5dae2);
    style.text = QColor(0x1a1d23);
    style.muted = QColor(0x5f6876);
    style.grid = QColor(0xe6e9ee);
    style.accent = QColor(0x0067b8);
    style.selected = QColor(0xff4d2e);
    style.shared = QColor(0x009e73);
    style.good = QColor(0x1f9d55);
    style.warning = QColor(0xb7791f);
    style.bad = QColor(0xc53030);
    style.undefined = QColor(0xe3e6eb);
    style.font = font;
    return style;
}

Style darkStyle(const QFont& font) {
    Style style;
    style.dark = true;
    style.window = QColor(0x14171c);
    style.card = QColor(0x1d2128);
    style.border = QColor(0x323843);
    style.text = QColor(0xe8ebf0);
    style.muted = QColor(0x9aa4b2);
    style.grid = QColor(0x2b313a);
    style.accent = QColor(0x5cb3ff);
    style.selected = QColor(0xff6a4d);
    style.shared = QColor(0x2fd3a0);
    style.good = QColor(0x3fc77f);
    style.warning = QColor(0xe0a83c);
    style.bad = QColor(0xff7b72);
    style.undefined = QColor(0x2a2f38);
    style.font = font;
    return style;
}

Style paperStyle(double fontPoints, double pixelsPerPoint) {
    QFont font("DejaVu Sans");
    font.setStyleHint(QFont::SansSerif);
    font.setPixelSize(std::max(1, qRound(fontPoints * pixelsPerPoint)));
    Style style = lightStyle(font);
    style.window = style.card = Qt::white;
    style.text = Qt::black;
    style.muted = QColor(0x404040);
    style.border = QColor(0x808080);
    style.unit = pixelsPerPoint * 0.75; // a CSS pixel is three quarters of a point
    style.vector = true;
    return style;
}

} // namespace stratoscope::ui
