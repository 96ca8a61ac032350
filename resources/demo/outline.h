// The outlines of the demo's objects as signed distances: edges, bevels and shadows all come from them.
#pragma once

#include "resources/demo/scene.h"

namespace stratoscope::demo {

struct Point {
    float x = 0.0F;
    float y = 0.0F;
};

/// Distance from p to the outline of a shape round the origin, negative inside, exact up to the rounding of
/// the corners; `size` is the radius of the disc of equal area (before rounding).
[[nodiscard]] float outline_distance(Shape shape, Point p, float size);

} // namespace stratoscope::demo
