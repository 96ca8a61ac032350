// What a person must see to use the window stands out from what is behind it, in light and dark.
#include "ui/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QImage>
#include <QSlider>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

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

constexpr double enough = 3.0; // WCAG 2.2, 1.4.11: parts of controls

// What is drawn of a control on a card, in both themes.
void onCards(const std::function<void(const QImage& seen, const Style& style)>& look,
             const std::function<QWidget*(QWidget* card)>& make) {
    for (const Theme theme : {Theme::light, Theme::dark}) {
        const Style style = styleFor(theme);
        applyStyle(*qobject_cast<QApplication*>(QCoreApplication::instance()), style);
        QWidget card;
        card.setObjectName(QStringLiteral("card"));
        card.resize(220, 60);
        make(&card)->setGeometry(10, 20, 200, 24);
        QImage seen(card.size(), QImage::Format_RGB32);
        seen.fill(style.card);
        card.render(&seen, {}, {}, QWidget::DrawChildren);
        look(seen, style);
    }
}

// The most that a row of pixels stands out.
double contrastAlong(const QImage& seen, int y, int from, int to, const QColor& behind) {
    double most = 1.0;
    for (int x = from; x < to; ++x)
        most = std::max(most, contrast(seen.pixelColor(x, y), behind));
    return most;
}

TEST(Theme, CheckBoxesStandOutTickedOrNot) {
    for (const Qt::CheckState state : {Qt::Unchecked, Qt::PartiallyChecked, Qt::Checked})
        onCards(
            [&](const QImage& seen, const Style& style) {
                EXPECT_GE(contrastAlong(seen, 32, 10, 18, style.card), enough)
                    << "the left edge of " << state;
                const bool filled = contrast(seen.pixelColor(20, 26), style.card) >= enough;
                EXPECT_EQ(filled, state != Qt::Unchecked);
            },
            [&](QWidget* card) {
                auto* box = new QCheckBox(card);
                box->setTristate(true);
                box->setCheckState(state);
                return box;
            });
}

TEST(Theme, SlidersStandOutFromTheirCard) {
    onCards(
        [](const QImage& seen, const Style& style) {
            constexpr int middle = 32;
            const QColor handle = seen.pixelColor(110, middle);
            const QColor filled = seen.pixelColor(40, middle);
            const QColor left = seen.pixelColor(180, middle);
            EXPECT_GE(contrast(handle, style.card), enough);
            EXPECT_GE(contrast(filled, style.card), enough);
            EXPECT_GE(contrast(left, style.card), enough) << "how far it can go";
            EXPECT_NE(filled, left);
            EXPECT_GE(contrast(seen.pixelColor(110, middle - 5), style.card), enough) << "it is no mere line";
            EXPECT_LT(contrast(seen.pixelColor(40, middle - 5), style.card), 1.1);
        },
        [](QWidget* card) {
            auto* slider = new QSlider(Qt::Horizontal, card);
            slider->setRange(0, 100);
            slider->setValue(50);
            return slider;
        });
}

} // namespace
} // namespace stratoscope::ui
