// Names of layers and models, also where room is short.
#pragma once

#include "core/data/comparison.h"

#include <QFontMetricsF>
#include <QString>

#include <span>
#include <vector>

namespace stratoscope::ui {

/// A path of modules (features.denseblock3.conv2) keeps its end, which tells it from its neighbours; a title
/// keeps both ends, since titles of one family differ there.
[[nodiscard]] QString elidedName(const QFontMetricsF& metrics, const QString& name, double width);

/// The same to so many letters, for a line of running text.
[[nodiscard]] QString briefName(const QString& name, qsizetype most = 24);

/// Of each layer what tells it from the others of its model, without the folders or modules they share at
/// both ends: features.layer_2.output among its like is layer_2. A mere number keeps what stands before it.
[[nodiscard]] std::vector<QString> ownNames(std::span<const ComparedLayer> layers);

/// With the title of its model: "ViT masked blocks.0"
[[nodiscard]] QString fullName(const ComparedLayer& layer);

} // namespace stratoscope::ui
