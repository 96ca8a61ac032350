// A figure as a file at the size of a journal's column: PDF and SVG as vectors with text as text, PNG by
// dots.
#pragma once

#include "ui/painting/style.h"

#include <QRectF>

#include <filesystem>
#include <functional>

class QPainter;

namespace stratoscope::ui {

struct FigureSize {
    double widthMm = 85.0; ///< one column
    double heightMm = 70.0;
    double fontPoints = 7.0;
    int dotsPerInch = 300; ///< of PNG
};

/// Paints into the rectangle, in device units, with a style for paper.
using PaintFigure = std::function<void(QPainter&, const QRectF&, const Style&)>;

/// By suffix: .pdf, .svg, .png. The file is whole or absent. Throws Error: usage (another suffix, a size out
/// of 10 … 1000 mm), cannot_write.
void exportFigure(const std::filesystem::path& path, const FigureSize& size, const PaintFigure& paint);

} // namespace stratoscope::ui
