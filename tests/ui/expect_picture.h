// A painter's picture against the one that is kept of it.
#pragma once

#include "ui/painting/style.h"

#include <QImage>
#include <QPainter>

#include <functional>

namespace stratoscope::ui {

using Paint = std::function<void(QPainter&, const QRectF&, const Style&)>;

struct Difference {
    double mean = 0.0;  ///< of a channel, 0…255
    double share = 0.0; ///< of pixels that are plainly another colour
};

[[nodiscard]] Difference differenceOf(const QImage& a, const QImage& b);

/// Text may be drawn a little differently by another version of a font; a missing mark, a moved axis or
/// another colour scale is far beyond this.
void expectPicture(const QString& name, const QSize& size, bool dark, const Paint& paint);

} // namespace stratoscope::ui
