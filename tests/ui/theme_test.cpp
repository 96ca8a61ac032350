// What a person must see to use the window stands out from what is behind it, in light and dark.
#include "ui/theme.h"

#include <QApplication>
#include <QSlider>
#include <QStyleOptionSlider>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace stratoscope::ui {
namespace {

// Of WCAG 2.2: (L1 + 0.05) / (L2 + 0.05).
double contrast(const QColor& a, const QColor& b) {
    const auto luminance = [](const QColor& colour) {
        const auto linear = [](double channel) {
            return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
        };
        return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
               0.0722 * linear(colour.blueF());
    };
    const auto [darker, lighter] = std::minmax({luminance(a), luminance(b)});
    return (lighter + 0.05) / (darker + 0.05);
}

TEST(Theme, SlidersStandOutFromTheirCard) {
    constexpr double enough = 3.0; // WCAG 2.2, 1.4.11: parts of controls
    for (const Theme theme : {Theme::light, Theme::dark}) {
        const Style style = styleFor(theme);
        applyStyle(*qobject_cast<QApplication*>(QCoreApplication::instance()), style);
        QWidget card;
        card.setObjectName(QStringLiteral("card"));
        QSlider slider(Qt::Horizontal, &card);
        slider.setRange(0, 100);
        slider.setValue(50);
        card.resize(220, 60);
        slider.setGeometry(10, 20, 200, slider.sizeHint().height());
        QImage seen(card.size(), QImage::Format_RGB32);
        seen.fill(style.card);
        card.render(&seen, {}, {}, QWidget::DrawChildren);
        QStyleOptionSlider option;
        option.initFrom(&slider);
        option.minimum = 0;
        option.maximum = 100;
        option.sliderPosition = option.sliderValue = 50;
        const QRect handle =
            slider.style()
                ->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, &slider)
                .translated(slider.pos());
        const int middle = handle.center().y();
        EXPECT_GE(contrast(seen.pixelColor(handle.center()), style.card), enough) << "the handle";
        EXPECT_GE(contrast(seen.pixelColor(handle.left() - 30, middle), style.card), enough)
            << "what is filled";
        EXPECT_GE(contrast(seen.pixelColor(handle.right() + 30, middle), style.card), enough)
            << "what is left";
        EXPECT_NE(seen.pixelColor(handle.left() - 30, middle), seen.pixelColor(handle.right() + 30, middle));
    }
}

} // namespace
} // namespace stratoscope::ui
