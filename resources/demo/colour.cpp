#include "resources/demo/colour.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace stratoscope::demo {

Colour from_oklch(float lightness, float chroma, float hue) {
    const float turn = 2.0F * std::numbers::pi_v<float> * hue;
    const float a = chroma * std::cos(turn);
    const float b = chroma * std::sin(turn);
    const float l = lightness + 0.3963377774F * a + 0.2158037573F * b;
    const float m = lightness - 0.1055613458F * a - 0.0638541728F * b;
    const float s = lightness - 0.0894841775F * a - 1.2914855480F * b;
    const float l3 = l * l * l;
    const float m3 = m * m * m;
    const float s3 = s * s * s;
    const auto clip = [](float v) { return std::clamp(v, 0.0F, 1.0F); };
    return {clip(4.0767416621F * l3 - 3.3077115913F * m3 + 0.2309699292F * s3),
            clip(-1.2684380046F * l3 + 2.6097574011F * m3 - 0.3413193965F * s3),
            clip(-0.0041960863F * l3 - 0.7034186147F * m3 + 1.7076147010F * s3)};
}

float srgb_from_linear(float linear) {
    const float v = std::clamp(linear, 0.0F, 1.0F);
    return v <= 0.0031308F ? 12.92F * v : 1.055F * std::pow(v, 1.0F / 2.4F) - 0.055F;
}

} // namespace stratoscope::demo
