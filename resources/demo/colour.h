// Colours mixed in linear light and chosen in OKLab, where equal steps look equal.
#pragma once

namespace stratoscope::demo {

/// Linear light, 0…1.
struct Colour {
    float r = 0.0F;
    float g = 0.0F;
    float b = 0.0F;
};

[[nodiscard]] constexpr Colour operator*(Colour c, float f) {
    return {c.r * f, c.g * f, c.b * f};
}
[[nodiscard]] constexpr Colour operator+(Colour a, Colour b) {
    return {a.r + b.r, a.g + b.g, a.b + b.b};
}
/// a at t = 0, b at t = 1.
[[nodiscard]] constexpr Colour mix(Colour a, Colour b, float t) {
    return a * (1.0F - t) + b * t;
}

/// Lightness 0…1, chroma 0…0.3, hue 0…1 (OKLCH; Ottosson, 2020); clipped to what sRGB can show.
[[nodiscard]] Colour from_oklch(float lightness, float chroma, float hue);

/// Linear light to the sRGB value, both 0…1; clipped.
[[nodiscard]] float srgb_from_linear(float linear);

} // namespace stratoscope::demo
