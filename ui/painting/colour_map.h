// From 0…1 to a colour whose lightness rises evenly: order is seen in print, in grey and by colour-blind
// readers.
#pragma once

#include <QRgb>

#include <array>

namespace stratoscope::ui {

/// A path through the OKLab space from a dark blue-violet over teal and green to a light yellow, in equal
/// steps of difference; made once, by colour_map.cpp's own arithmetic.
class ColourMap {
  public:
    static constexpr int size = 256;

    ColourMap();
    /// at: 0 = dark = same, 1 = light = unrelated; clamped.
    [[nodiscard]] QRgb at(double position) const;

  private:
    std::array<QRgb, size> colours_;
};

/// Lightness (0…1) and the two colour axes of OKLab (Ottosson 2020), of an sRGB colour.
[[nodiscard]] std::array<double, 3> okLab(QRgb colour);

} // namespace stratoscope::ui
