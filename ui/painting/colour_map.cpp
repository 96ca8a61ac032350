#include "ui/painting/colour_map.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace stratoscope::ui {
namespace {

double toLinear(double c) {
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double fromLinear(double c) {
    return c <= 0.0031308 ? 12.92 * c : 1.055 * std::pow(c, 1.0 / 2.4) - 0.055;
}

// The matrices of Ottosson's OKLab, both ways.
std::array<double, 3> linearFromLab(const std::array<double, 3>& lab) {
    const double l = std::pow(lab[0] + 0.3963377774 * lab[1] + 0.2158037573 * lab[2], 3.0);
    const double m = std::pow(lab[0] - 0.1055613458 * lab[1] - 0.0638541728 * lab[2], 3.0);
    const double s = std::pow(lab[0] - 0.0894841775 * lab[1] - 1.2914855480 * lab[2], 3.0);
    return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

bool inGamut(const std::array<double, 3>& rgb) {
    return std::ranges::all_of(rgb, [](double c) { return c >= 0.0 && c <= 1.0; });
}

// Where the path is at t: lightness rises evenly, the hue turns from violet-blue to yellow, and colour is as
// strong as a screen shows it, up to a limit that keeps neighbours apart evenly.
std::array<double, 3> pathAt(double t) {
    const double lightness = 0.235 + 0.695 * t;
    const double hue = (292.0 - 187.0 * std::pow(t, 0.92)) * std::numbers::pi / 180.0;
    double low = 0.0;
    double high = 0.135 + 0.045 * t;
    const auto lab = [&](double chroma) {
        return std::array<double, 3>{lightness, chroma * std::cos(hue), chroma * std::sin(hue)};
    };
    if (!inGamut(linearFromLab(lab(high))))
        for (int i = 0; i < 30; ++i) {
            const double middle = (low + high) / 2.0;
            (inGamut(linearFromLab(lab(middle))) ? low : high) = middle;
        }
    else
        low = high;
    return lab(low * 0.97);
}

double distance(const std::array<double, 3>& a, const std::array<double, 3>& b) {
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

QRgb screenColour(const std::array<double, 3>& lab) {
    const auto rgb = linearFromLab(lab);
    const auto byte = [](double c) {
        return static_cast<int>(std::lround(255.0 * fromLinear(std::clamp(c, 0.0, 1.0))));
    };
    return qRgb(byte(rgb[0]), byte(rgb[1]), byte(rgb[2]));
}

} // namespace

std::array<double, 3> okLab(QRgb colour) {
    const double r = toLinear(qRed(colour) / 255.0);
    const double g = toLinear(qGreen(colour) / 255.0);
    const double b = toLinear(qBlue(colour) / 255.0);
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

ColourMap::ColourMap() {
    // Walk the path finely, then take colours at equal lengths along it.
    constexpr int fine = 2048;
    std::vector<std::array<double, 3>> points;
    std::vector<double> length{0.0};
    for (int i = 0; i <= fine; ++i) {
        points.push_back(pathAt(static_cast<double>(i) / fine));
        if (i > 0)
            length.push_back(length.back() + distance(points[points.size() - 2], points.back()));
    }
    std::size_t at = 0;
    for (int i = 0; i < size; ++i) {
        const double wanted = length.back() * i / (size - 1);
        while (at + 1 < length.size() && length[at + 1] < wanted)
            ++at;
        colours_[static_cast<std::size_t>(i)] = screenColour(points[at]);
    }
}

QRgb ColourMap::at(double position) const {
    const double clamped = std::clamp(std::isnan(position) ? 0.0 : position, 0.0, 1.0);
    return colours_[static_cast<std::size_t>(std::lround(clamped * (size - 1)))];
}

} // namespace stratoscope::ui
