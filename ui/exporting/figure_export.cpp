#include "ui/exporting/figure_export.h"

#include "core/base/error.h"

#include <QCoreApplication>
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

void paintOn(QPaintDevice& device, const Canvas& canvas, bool captioned, const Figure& figure) {
    QPainter painter(&device);
    painter.fillRect(canvas.area, Qt::white);
    if (captioned)
        paintCaptioned(painter, canvas.area, canvas.style, figure);
    else
        figure.paint(painter, canvas.area, canvas.style);
}

// Lines end between the parts of a caption where they can.
QString inLines(const QString& caption, const QFontMetricsF& metrics, double width) {
    const QString apart = QStringLiteral(" · ");
    QStringList lines;
    for (const QString& part : caption.split(apart)) {
        if (!lines.isEmpty() && metrics.horizontalAdvance(lines.back() + apart + part) <= width)
            lines.back() += apart + part;
        else
            lines << part;
    }
    return lines.join(QLatin1Char('\n'));
}

QString program() {
    return QStringLiteral("Stratoscope %1").arg(QCoreApplication::applicationVersion());
}

void writePdf(QSaveFile& file, const FigureSize& size, const Figure& figure) {
    QPdfWriter writer(&file);
    writer.setResolution(vectorDotsPerInch);
    writer.setPageSize(QPageSize(QSizeF(size.widthMm, size.heightMm), QPageSize::Millimeter, QString(),
                                 QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF(0.0, 0.0, 0.0, 0.0));
    writer.setCreator(program());
    writer.setTitle(QStringLiteral("%1: %2").arg(figure.title, figure.caption)); // there is no other field
    paintOn(writer, canvasFor(size, vectorDotsPerInch), size.captioned, figure);
}

void writeSvg(QSaveFile& file, const FigureSize& size, const Figure& figure) {
    const Canvas canvas = canvasFor(size, vectorDotsPerInch);
    QSvgGenerator generator;
    generator.setOutputDevice(&file);
    generator.setResolution(vectorDotsPerInch);
    generator.setSize(canvas.area.size().toSize());
    generator.setViewBox(canvas.area);
    generator.setTitle(figure.title);
    generator.setDescription(QStringLiteral("%1 · %2").arg(figure.caption, program()));
    paintOn(generator, canvas, size.captioned, figure);
}

void writePng(QSaveFile& file, const FigureSize& size, const Figure& figure) {
    Canvas canvas = canvasFor(size, size.dotsPerInch);
    canvas.style.vector = false;
    QImage image(canvas.area.size().toSize(), QImage::Format_RGB32);
    if (image.isNull())
        throw Error(ErrorKind::out_of_memory,
                    {.what = "the picture is too large", .advice = "ask for fewer dots an inch"});
    image.setDotsPerMeterX(static_cast<int>(std::lround(size.dotsPerInch / millimetresPerInch * 1000.0)));
    image.setDotsPerMeterY(image.dotsPerMeterX());
    image.setText(QStringLiteral("Title"), figure.title);
    image.setText(QStringLiteral("Description"), figure.caption);
    image.setText(QStringLiteral("Software"), program());
    paintOn(image, canvas, size.captioned, figure);
    image.save(&file, "PNG");
}

} // namespace

void paintCaptioned(QPainter& painter, const QRectF& area, const Style& style, const Figure& figure) {
    if (figure.caption.isEmpty()) {
        figure.paint(painter, area, style);
        return;
    }
    constexpr int flags = Qt::AlignLeft | Qt::AlignBottom | Qt::TextWordWrap;
    const QFontMetricsF metrics(style.small());
    const double margin = 3.0 * style.unit;
    const double width = area.width() - 2.0 * margin;
    const QString words = inLines(figure.caption, metrics, width);
    const double height = metrics.boundingRect(QRectF(0.0, 0.0, width, 1e6), flags, words).height();
    figure.paint(painter, area.adjusted(0.0, 0.0, 0.0, -height - 3.0 * margin), style);
    painter.save();
    painter.setFont(style.small());
    painter.setPen(style.muted);
    painter.drawText(area.adjusted(margin, 0.0, -margin, -margin), flags, words);
    painter.restore();
}

void exportFigure(const std::filesystem::path& path, const FigureSize& size, const Figure& figure) {
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
        writePdf(file, size, figure);
    else if (suffix == ".svg")
        writeSvg(file, size, figure);
    else
        writePng(file, size, figure);
    if (!file.commit())
        throw Error(ErrorKind::cannot_write, {.what = "the figure can't be written",
                                              .where = path.string(),
                                              .found = file.errorString().toStdString()});
}

} // namespace stratoscope::ui
