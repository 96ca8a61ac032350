// Names of layers and models where room is short.
#pragma once

#include <QFontMetricsF>
#include <QString>

namespace stratoscope::ui {

/// A path of modules (features.denseblock3.conv2) keeps its end, which tells it from its neighbours; a title
/// keeps both ends, since titles of one family differ there.
[[nodiscard]] QString elidedName(const QFontMetricsF& metrics, const QString& name, double width);

/// The same to about so many letters, for a line of running text.
[[nodiscard]] QString briefName(const QString& name);

} // namespace stratoscope::ui
