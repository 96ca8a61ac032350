#include "resources/demo/outline.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace stratoscope::demo {
namespace {

// A figure of `points` equal sectors whose outline runs from a tip at radius 1 to a notch at radius `inner`
// and on to the next tip. A regular polygon is the case where the notch lies on the straight side.
struct Figure {
    int points;
    float inner;
};

Figure figure_of(Shape shape) {
    switch (shape) {
    case Shape::square:
        return {4, std::numbers::sqrt2_v<float> / 2.0F};
    case Shape::triangle:
        return {3, 0.5F};
    default:
        return {5, 0.5F};
    }
}

// The radius of the tips whose outline, grown by `rounding` on all sides, holds `area`: what is inside, a
// seam along the sides and, at the corners, a disc in all.
float radius_for_area(const Figure& figure, float area, float rounding) {
    constexpr float pi = std::numbers::pi_v<float>;
    const auto sectors = static_cast<float>(figure.points);
    const float half_sector = pi / sectors;
    const float inside = sectors * figure.inner * std::sin(half_sector);
    const float seam =
        rounding * 2.0F * sectors *
        std::hypot(1.0F - figure.inner * std::cos(half_sector), figure.inner * std::sin(half_sector));
    const float missing = pi * rounding * rounding - area;
    return (std::sqrt(seam * seam - 4.0F * inside * missing) - seam) / (2.0F * inside);
}

} // namespace

float outline_distance(Shape shape, Point p, float size) {
    if (shape == Shape::disc)
        return std::hypot(p.x, p.y) - size;
    constexpr float pi = std::numbers::pi_v<float>;
    const Figure figure = figure_of(shape);
    const float half_sector = pi / static_cast<float>(figure.points);
    const float rounding = 0.12F * size;
    const float radius = radius_for_area(figure, pi * size * size, rounding);

    // Fold the plane into half a sector: tip on the x axis, notch at half_sector.
    const float turn = std::atan2(p.y, p.x);
    const float sector = 2.0F * half_sector;
    const float folded = std::abs(turn - sector * std::round(turn / sector));
    const float r = std::hypot(p.x, p.y);
    const Point q{r * std::cos(folded), r * std::sin(folded)};
    const Point notch{radius * figure.inner * std::cos(half_sector),
                      radius * figure.inner * std::sin(half_sector)};
    const Point side{notch.x - radius, notch.y};
    const Point from_tip{q.x - radius, q.y};
    const float along = std::clamp(
        (from_tip.x * side.x + from_tip.y * side.y) / (side.x * side.x + side.y * side.y), 0.0F, 1.0F);
    const float distance = std::hypot(from_tip.x - along * side.x, from_tip.y - along * side.y);
    const bool inside = side.x * from_tip.y - side.y * from_tip.x > 0.0F;
    return (inside ? -distance : distance) - rounding;
}

} // namespace stratoscope::demo
