// The line under a figure: what was measured, how, and of how many images.
#pragma once

#include "core/data/comparison.h"

#include <QString>
#include <QStringList>

namespace stratoscope::ui {

/// "Euclidean distance"
[[nodiscard]] QString distanceCaption(Distance distance);

/// "Information imbalance, k = 30, Euclidean distance"; without k where the figure varies it.
[[nodiscard]] QString measureCaption(const Definition& definition, bool withK = true);

/// "768 images"; of a subset, the seed it was drawn with.
[[nodiscard]] QString imagesCaption(const Definition& definition);

/// The parts that are there, apart from each other.
[[nodiscard]] QString captionFrom(QStringList parts);

} // namespace stratoscope::ui
