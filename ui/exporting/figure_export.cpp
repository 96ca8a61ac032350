#include "ui/exporting/figure_export.h"

#include "core/base/error.h"

#include <QImage>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

#include <algorithm>
#include <cmath>

namespace stratoscope::ui {
namespace {

constexpr double millimetresPerInch = 25.4;
constexpr double pointsPerInch = 72.0;
constexpr int vectorDotsPerInch = 600; // fine enough for lines; text and lines stay vectors

struct Canvas {
    QRectF area;
    Style style;
};

Canvas canvasFor(const FigureSize& size, int dotsPerInch) {
    const double perMm = dotsPerInch / millimetresPerInch;
    return {QRectF(0.0, 0.0, std::round(size.widthMm * perMm), std::round(size.heightMm * perMm)),
            paperStyle(size.fontPoints, dotsPerInch / pointsPerInch)};
}

void paintOn(QPaintDevice& device, const Canvas& canvas, const PaintFigure& paint) {
    QPainter painter(&device);
    painter.fillRect(canvas.area, Qt::white);
    paint(painter, canvas.area, canvas.style);
}

void writePdf(QSaveFile& file, const FigureSize& size, const PaintFigure& paint) {
    QPdfWriter writer(&file);
    writer.setResolution(vectorDotsPerInch);
    writer.setPageSize(QPageSize(QSizeF(size.widthMm, size.heightMm), QPageSize::Millimeter, QString(),
                                 QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF(0.0, 0.0, 0.0, 0.0));
    writer.setCreator(QStringLiteral("Stratoscope"));
    paintOn(writer, canvasFor(size, vectorDotsPerInch), paint);
}

void writeSvg(QSaveFile& file, const FigureSize& size, const PaintFigure& paint) {
    const Canvas canvas = canvasFor(size, vectorDotsPerInch);
    QSvgGenerator generator;
    generator.setOutputDevice(&file);
    generator.setResolution(vectorDotsPerInch);
    generator.setSize(canvas.area.size().toSize());
    generator.setViewBox(canvas.area);
    generator.setTitle(QStringLiteral("Stratoscope"));
    paintOn(generator, canvas, paint);
}

void writePng(QSaveFile& file, const FigureSize& size, const PaintFigure& paint) {
    Canvas canvas = canvasFor(size, size.dotsPerInch);
    canvas.style.vector = false;
    QImage image(canvas.area.size().toSize(), QImage::Format_RGB32);
    if (image.isNull())
        throw Error(ErrorKind::out_of_memory,
                    {.what = "the picture is too large", .advice = "ask for fewer dots an inch"});
    image.setDotsPerMeterX(static_cast<int>(std::lround(size.dotsPerInch / millimetresPerInch * 1000.0)));
    image.setDotsPerMeterY(image.dotsPerMeterX());
    paintOn(image, canvas, paint);
    image.save(&file, "PNG");
}

} // namespace

void exportFigure(const std::filesystem::path& path, const FigureSize& size, const PaintFigure& paint) {
    const auto outside = [](double value, double low, double high) {
        return !(value >= low && value <= high);
    };
    if (outside(size.widthMm, 10.0, 1000.0) || outside(size.heightMm, 10.0, 1000.0) ||
        outside(size.fontPoints, 3.0, 72.0) || outside(size.dotsPerInch, 30, 1200))
        throw Error(ErrorKind::usage,
                    {.what = "a figure of this size can't be made",
                     .expected = "10 … 1000 mm, text of 3 … 72 pt, 30 … 1200 dots an inch"});
    const std::string suffix = path.extension().string();
    if (suffix != ".pdf" && suffix != ".svg" && suffix != ".png")
        throw Error(ErrorKind::usage, {.what = "the kind of figure follows from the file's name",
                                       .where = path.string(),
                                       .expected = "a name that ends in .pdf, .svg or .png"});
    QSaveFile file(QString::fromStdString(path.string()));
    if (!file.open(QIODevice::WriteOnly))
        throw Error(ErrorKind::cannot_write, {.what = "the figure can't be written",
                                              .where = path.string(),
                                              .found = file.errorString().toStdString()});
    if (suffix == ".pdf")
        writePdf(file, size, paint);
    else if (suffix == ".svg")
        writeSvg(file, size, paint);
    else
        writePng(file, size, paint);
    if (!file.commit())
        throw Error(ErrorKind::cannot_write, {.what = "the figure can't be written",
                                              .where = path.string(),
                                              .found = file.errorString().toStdString()});
}

} // namespace stratoscope::ui
