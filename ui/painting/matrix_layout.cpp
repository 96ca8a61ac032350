#include "ui/painting/layer_name.h"
#include "ui/painting/matrix_painter.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace stratoscope::ui {
namespace {

double widest(const std::vector<QString>& texts, const QFont& font) {
    const QFontMetricsF metrics(font);
    double width = 0.0;
    for (const QString& text : texts)
        width = std::max(width, metrics.horizontalAdvance(text));
    return width;
}

std::vector<QString> titles(const std::vector<analysis::ModelRange>& ranges) {
    std::vector<QString> out;
    out.reserve(ranges.size());
    for (const auto& range : ranges)
        out.push_back(QString::fromStdString(range.title));
    return out;
}

std::vector<QString> namesWithin(double width, const std::vector<ComparedLayer>& layers, const QFont& font) {
    std::vector<QString> out;
    out.reserve(layers.size());
    for (const ComparedLayer& layer : layers)
        out.push_back(QString::fromStdString(layer.layer));
    return widest(out, font) <= width ? out : ownNames(layers);
}

// Where each of some cells begins, with a gap between models.
std::vector<double> edges(const std::vector<analysis::ModelRange>& ranges, double start, double cell,
                          double gap) {
    std::vector<double> out;
    double at = start;
    for (const auto& range : ranges) {
        for (std::size_t i = 0; i < range.count; ++i, at += cell)
            out.push_back(at);
        at += gap;
    }
    return out;
}

std::optional<std::size_t> cellHolding(const std::vector<double>& begins, double size, double at) {
    const auto after = std::ranges::upper_bound(begins, at);
    if (after == begins.begin())
        return std::nullopt;
    const auto index = static_cast<std::size_t>(after - begins.begin()) - 1;
    return at < begins[index] + size ? std::optional(index) : std::nullopt;
}

// One bar, its labels and its title.
double barSpaceOf(const QString& title, const Style& style) {
    const QFontMetricsF metrics(style.small());
    return 14.0 * style.unit +
           std::max(24.0 * style.unit + metrics.horizontalAdvance(QStringLiteral("0.000 floor")),
                    metrics.horizontalAdvance(title));
}

} // namespace

double MatrixLayout::legendSpace(const MatrixScene& scene, const Style& style) {
    return std::max(scene.leastLegendSpace, barSpaceOf(scene.scaleTitle, style) +
                                                (scene.lower ? barSpaceOf(scene.lowerTitle, style) : 0.0));
}

MatrixLayout::MatrixLayout(const MatrixScene& scene, const QRectF& area, const Style& style) {
    if (!scene.comparison || scene.comparison->value.empty())
        return;
    const Comparison& comparison = *scene.comparison;
    rows_ = analysis::model_ranges(comparison.rows);
    columns_ = analysis::model_ranges(comparison.columns);
    const QFont font = style.small();
    const QFontMetricsF metrics(font);
    const double unit = style.unit;
    const double line = metrics.height();
    const double gap = 3.0 * unit;
    const double band = 7.0 * unit; // the coloured bracket of a model, and the space beside it
    const double barSpace = legendSpace(scene, style);

    const auto nRows = static_cast<double>(comparison.rows.size());
    const auto nColumns = static_cast<double>(comparison.columns.size());
    const double gapsDown = gap * static_cast<double>(rows_.size() - 1);
    const double gapsAcross = gap * static_cast<double>(columns_.size() - 1);

    const double mostHeight = (scene.mostNameShare - 0.02) * area.height();

    // Names need cells of a line's height, and cells need to know what the names leave: try with, fall back
    // to titles.
    // Several models are told apart by their titles; their layers are named in a block of one's own.
    const bool oneBlock = rows_.size() == 1 && columns_.size() == 1;
    for (const bool named : {true, false}) {
        if (named && !(oneBlock && scene.layersMayBeNamed))
            continue;
        layersNamed_ = named;
        const double room = 6.0 * unit; // around a name
        const double mostWidth = scene.mostNameShare * area.width();
        if (named) {
            rowNames_ = namesWithin(mostWidth - room, comparison.rows, font);
            columnNames_ = namesWithin(1.25 * mostHeight - room, comparison.columns, font);
        }
        const double rowText = widest(named ? rowNames_ : titles(rows_), font);
        const double columnText = widest(named ? columnNames_ : titles(columns_), font);
        // Where layers are named, a line beside them names their model.
        rowLabelWidth_ = scene.rowsNamed ? std::min(rowText + room, mostWidth) + (named ? line : 0.0) : 0.0;
        columnLabelsTurned_ = named;
        columnLabelHeight_ = !scene.columnsNamed ? 0.0
                             : named             ? std::min(columnText + room, 1.25 * mostHeight) + line
                                                 : line + 4.0 * unit;
        const auto fit = [&] {
            const double width = std::max(10.0, area.width() - rowLabelWidth_ - band - barSpace - gapsAcross);
            const double height =
                std::max(10.0, area.height() - columnLabelHeight_ - band - gapsDown - 2.0 * unit);
            cellWidth_ = width / nColumns;
            cellHeight_ = height / nRows;
            // Nearly square, but not at the price of half the room; a long thin block may be stretched more.
            constexpr double stretch = 1.5;
            if (cellWidth_ > cellHeight_)
                cellWidth_ = std::min(cellWidth_, cellHeight_ * (nColumns < nRows ? 3.0 : stretch));
            else
                cellHeight_ = std::min(cellHeight_, cellWidth_ * (nRows < nColumns ? 3.0 : stretch));
        };
        fit();
        if (named && cellHeight_ >= 0.95 * line && cellWidth_ >= 0.95 * line)
            break;
        if (!named) {
            const auto fits = [&] {
                for (const auto& range : columns_)
                    if (metrics.horizontalAdvance(QString::fromStdString(range.title)) >
                        cellWidth_ * static_cast<double>(range.count) + gap)
                        return false;
                return true;
            };
            if (scene.columnsNamed && !fits()) { // at 45°
                columnLabelsTurned_ = true;
                columnLabelHeight_ = std::min(0.71 * columnText + line, mostHeight);
                fit();
            }
        }
    }
    const double width = cellWidth_ * nColumns + gapsAcross;
    const double height = cellHeight_ * nRows + gapsDown;
    const double used = rowLabelWidth_ + band + width + barSpace;
    const double left = area.left() + std::max(0.0, (area.width() - used) / 2.0) + rowLabelWidth_ + band;
    const double top = area.top() + columnLabelHeight_ + band;
    matrix_ = QRectF(left, top, width, height);
    rowTop_ = edges(rows_, top, cellHeight_, gap);
    columnLeft_ = edges(columns_, left, cellWidth_, gap);
    const double barHeight = std::max(std::min(height, 60.0 * unit), height - 2.0 * line);
    colourBar_ = QRectF(matrix_.right() + 14.0 * unit, matrix_.top() + (height - barHeight) / 2.0,
                        12.0 * unit, barHeight);
    if (scene.lower)
        lowerBar_ = colourBar_.translated(barSpaceOf(scene.scaleTitle, style), 0.0);
}

QRectF MatrixLayout::cellRect(std::size_t row, std::size_t column) const {
    return {columnLeft_.at(column), rowTop_.at(row), cellWidth_, cellHeight_};
}

std::optional<MatrixCell> MatrixLayout::cellAt(QPointF point) const {
    const auto row = cellHolding(rowTop_, cellHeight_, point.y());
    const auto column = cellHolding(columnLeft_, cellWidth_, point.x());
    if (!row || !column)
        return std::nullopt;
    return MatrixCell{*row, *column};
}

QRectF MatrixLayout::blockRect(const analysis::ModelRange& rows, const analysis::ModelRange& columns) const {
    return cellRect(rows.first, columns.first).united(cellRect(rows.end() - 1, columns.end() - 1));
}

} // namespace stratoscope::ui
