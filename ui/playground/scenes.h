// What the playground's painters are given, from what is known of the two representations.
#pragma once

#include "ui/painting/point_square_painter.h"
#include "ui/painting/rank_bars_painter.h"
#include "ui/playground/examples.h"
#include "ui/playground/story.h"

#include <optional>
#include <vector>

namespace stratoscope::ui {

/// What is looked at.
struct PlaygroundLook {
    Way way = Way::aToB;
    std::size_t chosen = 0;
    std::optional<std::size_t> hovered;
};

/// Of the images, by where each lies in the first example: what begins near each other has like colours, so
/// that a look tells whether it still is near. Blue to orange and light to dark: colour-blind readers tell
/// them apart.
[[nodiscard]] std::vector<QColor> imageColours(const Places& first, const Style& style);

struct SquareScenes {
    PointSquareScene a;
    PointSquareScene b;
};
/// story: of what is looked at; null while nothing is known, the points alone then.
[[nodiscard]] SquareScenes squaresOf(const Places& a, const Places& b, const PlaygroundLook& look,
                                     const Story* story, const std::vector<QColor>& colours);

[[nodiscard]] RankBarsScene barsOf(const jobs::PairPortrait& portrait, const PlaygroundLook& look,
                                   const std::vector<QColor>& colours);

} // namespace stratoscope::ui
