// What the playground begins with: pairs of representations of the same few images, each of which shows
// something about comparing representations.
#pragma once

#include <QPointF>
#include <QString>

#include <cstddef>
#include <vector>

namespace stratoscope::ui {

/// How many images the playground has.
inline constexpr std::size_t playgroundImages = 24;

/// A place for every image, in the unit square, y downwards.
using Places = std::vector<QPointF>;

struct PlaygroundExample {
    QString name;  ///< for the command line: lost_vertical
    QString title; ///< B lost the vertical
    QString text;  ///< what to look at, a sentence or two
    Places a;
    Places b;
};

/// The same on every machine.
[[nodiscard]] std::vector<PlaygroundExample> playgroundExamples();

/// The least distance of two places.
[[nodiscard]] double nearestOf(const Places& places);

/// Where noise takes the images of B: places by lot, that know nothing of any example.
[[nodiscard]] Places noisePlaces();

} // namespace stratoscope::ui
