// A figure as a file at the size of a journal's column: PDF and SVG as vectors with text as text, PNG by
// dots.
#pragma once

#include "ui/painting/style.h"

#include <QRectF>
#include <QString>

#include <filesystem>
#include <functional>

class QPainter;

namespace stratoscope::ui {

struct FigureSize {
    double widthMm = 85.0; ///< one column
    double heightMm = 70.0;
    double fontPoints = 7.0;
    int dotsPerInch = 300; ///< of PNG
    bool captioned = true; ///< with its caption as a line under it
};

/// Paints into the rectangle, in device units, with a style for paper.
using PaintFigure = std::function<void(QPainter&, const QRectF&, const Style&)>;

/// A picture that is found alone in a folder years later has to tell what it shows.
struct Figure {
    PaintFigure paint;
    QString title;   ///< "Comparison matrix"
    QString caption; ///< "Information imbalance, k = 30, Euclidean distance · 768 images"
};

/// The figure, and under it the caption in as many lines as it needs.
void paintCaptioned(QPainter& painter, const QRectF& area, const Style& style, const Figure& figure);

/// By suffix: .pdf, .svg, .png. The file is whole or absent; title and caption are in its metadata too.
/// Throws Error: usage (another suffix, a size out of 10 … 1000 mm), cannot_write.
void exportFigure(const std::filesystem::path& path, const FigureSize& size, const Figure& figure);

} // namespace stratoscope::ui
