#include "ui/painting/matrix_painter.h"

#include "ui/painting/layer_name.h"

#include <QImage>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace stratoscope::ui {
namespace {

class MatrixPainting {
  public:
    MatrixPainting(QPainter& painter, const MatrixScene& scene, const MatrixLayout& layout,
                   const ColourMap& colours, const Style& style)
        : painter_(painter), scene_(scene), layout_(layout), colours_(colours), style_(style),
          comparison_(*scene.comparison) {}

    void paint() {
        for (const auto& rows : layout_.rowModels())
            for (const auto& columns : layout_.columnModels())
                paintBlock(rows, columns);
        if (scene_.stale) {
            QColor veil = style_.card;
            veil.setAlpha(110);
            painter_.fillRect(layout_.matrixRect(), veil);
        }
        paintPaths();
        paintHover();
        paintSelection();
        paintRowLabels();
        paintColumnLabels();
        paintColourBar({layout_.colourBarRect(), comparison_, scene_.scale, scene_.scaleTitle});
        if (scene_.lower)
            paintColourBar({layout_.lowerBarRect(), *scene_.lower, scene_.lowerScale, scene_.lowerTitle});
    }

  private:
    void paintBlock(const analysis::ModelRange& rows, const analysis::ModelRange& columns) {
        const QRectF block = layout_.blockRect(rows, columns);
        if (style_.vector)
            paintCellsAsRectangles(rows, columns, block);
        else
            paintCellsAsPicture(rows, columns, block);
        paintUndefined(rows, columns);
        if (poolingDiffers(rows, columns))
            paintPoolingMark(block);
    }

    [[nodiscard]] bool isLower(std::size_t row, std::size_t column) const {
        return scene_.lower && row > column;
    }

    [[nodiscard]] double valueOf(std::size_t row, std::size_t column) const {
        return (isLower(row, column) ? *scene_.lower : comparison_).value(row, column);
    }

    [[nodiscard]] QColor colourOf(std::size_t row, std::size_t column) const {
        const double value = valueOf(row, column);
        const ValueScale& scale = isLower(row, column) ? scene_.lowerScale : scene_.scale;
        return std::isfinite(value) ? QColor::fromRgb(colours_.at(scale.position(value))) : style_.undefined;
    }

    void paintCellsAsPicture(const analysis::ModelRange& rows, const analysis::ModelRange& columns,
                             const QRectF& block) {
        QImage picture(static_cast<int>(columns.count), static_cast<int>(rows.count), QImage::Format_RGB32);
        for (std::size_t r = 0; r < rows.count; ++r)
            for (std::size_t c = 0; c < columns.count; ++c)
                picture.setPixel(static_cast<int>(c), static_cast<int>(r),
                                 colourOf(rows.first + r, columns.first + c).rgb());
        painter_.setRenderHint(QPainter::SmoothPixmapTransform, false);
        painter_.drawImage(block, picture);
    }

    // Viewers smooth the edges of each rectangle by itself, which leaves light seams: every cell reaches
    // under its neighbours to the right and below, which are painted later.
    void paintCellsAsRectangles(const analysis::ModelRange& rows, const analysis::ModelRange& columns,
                                const QRectF& block) {
        painter_.setPen(Qt::NoPen);
        for (std::size_t r = rows.first; r < rows.end(); ++r)
            for (std::size_t c = columns.first; c < columns.end(); ++c) {
                QRectF cell = layout_.cellRect(r, c);
                cell.setRight(std::min(block.right(), cell.right() + cell.width() * 0.5));
                cell.setBottom(std::min(block.bottom(), cell.bottom() + cell.height() * 0.5));
                painter_.setBrush(colourOf(r, c));
                painter_.drawRect(cell);
            }
    }

    void paintUndefined(const analysis::ModelRange& rows, const analysis::ModelRange& columns) {
        painter_.setPen(QPen(style_.muted, 0.7 * style_.unit));
        for (std::size_t r = rows.first; r < rows.end(); ++r)
            for (std::size_t c = columns.first; c < columns.end(); ++c)
                if (!std::isfinite(valueOf(r, c))) {
                    const QRectF cell = layout_.cellRect(r, c);
                    painter_.drawLine(cell.bottomLeft(), cell.topRight());
                }
    }

    [[nodiscard]] bool poolingDiffers(const analysis::ModelRange& rows,
                                      const analysis::ModelRange& columns) const {
        const ComparedLayer& row = comparison_.rows[rows.end() - 1];
        const ComparedLayer& column = comparison_.columns[columns.end() - 1];
        return row.pooling != column.pooling && !row.pooling.empty() && !column.pooling.empty() &&
               row.family != "statistics" && column.family != "statistics";
    }

    // A turned-down corner: values of differently pooled layers compare with care.
    void paintPoolingMark(const QRectF& block) {
        const double side = std::min({7.0 * style_.unit, block.width() / 3.0, block.height() / 3.0});
        painter_.setPen(Qt::NoPen);
        painter_.setBrush(style_.card);
        painter_.drawPolygon(QPolygonF{block.topRight(), block.topRight() - QPointF(side, 0),
                                       block.topRight() + QPointF(0, side)});
    }

    void paintPaths() {
        painter_.setRenderHint(QPainter::Antialiasing, true);
        const double width =
            (style_.vector ? 0.6 : 1.0) * style_.unit; // paper shows finer lines than a screen
        for (const auto& path : scene_.paths) {
            QPolygonF line;
            for (const MatrixCell& cell : path)
                if (cell.row < comparison_.rows.size() && cell.column < comparison_.columns.size())
                    line << layout_.cellRect(cell.row, cell.column).center();
            painter_.setBrush(Qt::NoBrush);
            painter_.setPen(
                QPen(QColor(0, 0, 0, 70), 2.2 * width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            painter_.drawPolyline(line);
            painter_.setPen(
                QPen(QColor(255, 255, 255, 225), width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            painter_.drawPolyline(line);
        }
    }

    [[nodiscard]] bool holds(const std::optional<MatrixCell>& cell) const {
        return cell && cell->row < comparison_.rows.size() && cell->column < comparison_.columns.size();
    }

    void paintHover() {
        if (!holds(scene_.hovered))
            return;
        const QRectF cell = layout_.cellRect(scene_.hovered->row, scene_.hovered->column);
        const QRectF matrix = layout_.matrixRect();
        painter_.setPen(QPen(QColor(255, 255, 255, 150), style_.unit));
        painter_.drawLine(QPointF(matrix.left(), cell.center().y()), QPointF(cell.left(), cell.center().y()));
        painter_.drawLine(QPointF(cell.center().x(), matrix.top()), QPointF(cell.center().x(), cell.top()));
        painter_.setBrush(Qt::NoBrush);
        painter_.setPen(QPen(Qt::white, 1.5 * style_.unit));
        painter_.drawRect(cell);
    }

    void paintSelection() {
        if (!holds(scene_.selected))
            return;
        const double line = 2.2 * style_.unit;
        const QRectF cell = layout_.cellRect(scene_.selected->row, scene_.selected->column);
        painter_.setBrush(Qt::NoBrush);
        painter_.setPen(QPen(style_.selected, line, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
        painter_.drawRect(cell.adjusted(-line / 2, -line / 2, line / 2, line / 2));
    }

    [[nodiscard]] QColor modelColour(const std::string& model) const {
        const auto at = scene_.modelColour.find(model);
        return at == scene_.modelColour.end() ? style_.muted : style_.model(at->second);
    }

    void paintRowLabels() {
        const QRectF matrix = layout_.matrixRect();
        const QFontMetricsF metrics(style_.small());
        for (const auto& range : layout_.rowModels()) {
            const QRectF first = layout_.cellRect(range.first, 0);
            const double height = layout_.cellRect(range.end() - 1, 0).bottom() - first.top();
            painter_.fillRect(
                QRectF(matrix.left() - 6.0 * style_.unit, first.top(), 4.0 * style_.unit, height),
                modelColour(range.model));
            if (layout_.layersNamed() || !scene_.rowsNamed)
                continue;
            const QRectF label(matrix.left() - 9.0 * style_.unit - layout_.rowLabelWidth(), first.top(),
                               layout_.rowLabelWidth(), height);
            if (height < 0.6 * metrics.height())
                continue; // too thin for a name; hovering tells it
            const bool hot = holds(scene_.hovered) && scene_.hovered->row >= range.first &&
                             scene_.hovered->row < range.end();
            drawText(label.adjusted(0, -metrics.height(), 0, metrics.height()),
                     Qt::AlignRight | Qt::AlignVCenter, QString::fromStdString(range.title), hot);
        }
        if (!layout_.layersNamed() || !scene_.rowsNamed)
            return;
        const double right = matrix.left() - 9.0 * style_.unit;
        const double width = layout_.rowLabelWidth() - metrics.height();
        drawModelTitle(QPointF(right - layout_.rowLabelWidth() + titleLine(), matrix.center().y()), -90.0,
                       matrix.height(), layout_.rowModels().front());
        for (std::size_t r = 0; r < comparison_.rows.size(); ++r) {
            const QRectF cell = layout_.cellRect(r, 0);
            const QRectF label(right - width, cell.center().y() - metrics.height(), width,
                               2.0 * metrics.height());
            drawText(label, Qt::AlignRight | Qt::AlignVCenter, layout_.rowNames()[r],
                     holds(scene_.hovered) && scene_.hovered->row == r);
        }
    }

    void paintColumnLabels() {
        const QRectF matrix = layout_.matrixRect();
        const QFontMetricsF metrics(style_.small());
        const double bottom = matrix.top() - 9.0 * style_.unit;
        for (const auto& range : layout_.columnModels()) {
            const QRectF first = layout_.cellRect(0, range.first);
            const double width = layout_.cellRect(0, range.end() - 1).right() - first.left();
            painter_.fillRect(
                QRectF(first.left(), matrix.top() - 6.0 * style_.unit, width, 4.0 * style_.unit),
                modelColour(range.model));
            if (layout_.layersNamed() || !scene_.columnsNamed)
                continue;
            const bool hot = holds(scene_.hovered) && scene_.hovered->column >= range.first &&
                             scene_.hovered->column < range.end();
            const QString title = QString::fromStdString(range.title);
            if (layout_.columnLabelsTurned())
                drawTurned(QPointF(first.left() + width / 2.0, bottom), -45.0,
                           (layout_.columnLabelHeight() - metrics.height()) / 0.71 + metrics.height() * 0.5,
                           title, hot);
            else
                drawText(QRectF(first.left() - 20 * style_.unit, bottom - metrics.height(),
                                width + 40 * style_.unit, metrics.height()),
                         Qt::AlignHCenter | Qt::AlignBottom, title, hot);
        }
        if (!layout_.layersNamed() || !scene_.columnsNamed)
            return;
        drawModelTitle(QPointF(matrix.center().x(), bottom - layout_.columnLabelHeight() + titleLine()), 0.0,
                       matrix.width(), layout_.columnModels().front());
        const double length = layout_.columnLabelHeight() - metrics.height();
        for (std::size_t c = 0; c < comparison_.columns.size(); ++c)
            drawTurned(QPointF(layout_.cellRect(0, c).center().x(), bottom), -90.0, length,
                       layout_.columnNames()[c], holds(scene_.hovered) && scene_.hovered->column == c);
    }

    // Where a model's title stands beside its layers' names: its middle, from where their room begins. That
    // is as much nearer to the matrix as the bracket is wider than what is painted of it.
    [[nodiscard]] double titleLine() const {
        return QFontMetricsF(style_.small()).height() / 2.0 + 2.0 * style_.unit;
    }

    // The model whose layers are named, along its side of the block.
    void drawModelTitle(QPointF centre, double degrees, double length, const analysis::ModelRange& model) {
        const QFontMetricsF metrics(style_.small());
        painter_.save();
        painter_.translate(centre);
        painter_.rotate(degrees);
        painter_.setFont(style_.small());
        painter_.setPen(modelColour(model.model));
        painter_.drawText(QRectF(-length / 2.0, -metrics.height() / 2.0, length, metrics.height()),
                          static_cast<int>(Qt::AlignCenter) | Qt::TextSingleLine,
                          metrics.elidedText(QString::fromStdString(model.title), Qt::ElideMiddle, length));
        painter_.restore();
    }

    void drawText(const QRectF& box, int flags, const QString& text, bool hot) {
        painter_.setFont(style_.small());
        painter_.setPen(hot ? style_.selected : style_.text);
        const QFontMetricsF metrics(style_.small());
        painter_.drawText(box, flags | Qt::TextSingleLine, elidedName(metrics, text, box.width()));
    }

    void drawTurned(QPointF from, double degrees, double length, const QString& text, bool hot) {
        const QFontMetricsF metrics(style_.small());
        painter_.save();
        painter_.translate(from);
        painter_.rotate(degrees);
        painter_.setFont(style_.small());
        painter_.setPen(hot ? style_.selected : style_.text);
        painter_.drawText(QPointF(0.0, metrics.ascent() / 2.0 - metrics.descent() / 2.0 +
                                           (degrees > -60 ? -metrics.descent() / 2.0 : 0.0)),
                          elidedName(metrics, text, length));
        painter_.restore();
    }

    struct Legend {
        QRectF bar;
        const Comparison& comparison;
        const ValueScale& scale;
        const QString& title;
    };

    void paintColourBar(const Legend& legend) {
        const QRectF& bar = legend.bar;
        painter_.setPen(Qt::NoPen);
        constexpr int steps = 96;
        for (int i = 0; i < steps; ++i) {
            const double from = static_cast<double>(i) / steps;
            painter_.fillRect(QRectF(bar.left(), bar.bottom() - bar.height() * (i + 1.0) / steps, bar.width(),
                                     bar.height() / steps + (i == 0 ? 0.0 : 0.6 * style_.unit)),
                              QColor::fromRgb(colours_.at(from + 0.5 / steps)));
        }
        painter_.setFont(style_.small());
        const QFontMetricsF metrics(style_.small());
        const bool distance = legend.comparison.definition.sense == Sense::distance;
        for (const ScaleTick& tick : legend.scale.ticks()) {
            const double y = bar.bottom() - tick.position * bar.height();
            painter_.setPen(QPen(tick.end ? style_.text : style_.muted, style_.unit));
            painter_.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + 3.0 * style_.unit, y));
            QString label = tick.label;
            if (tick.end)
                label += tick.position > 0.5 ? QStringLiteral(" null")
                         : distance          ? QStringLiteral(" floor")
                                             : QStringLiteral(" same");
            painter_.drawText(QPointF(bar.right() + 6.0 * style_.unit,
                                      y + metrics.ascent() / 2.0 - metrics.descent() / 3.0),
                              label);
        }
        if (!legend.title.isEmpty()) {
            painter_.setPen(style_.muted);
            painter_.drawText(QPointF(bar.left(), bar.top() - 0.8 * metrics.height()), legend.title);
        }
        paintMark(legend, scene_.selected, style_.selected);
        paintMark(legend, scene_.hovered, style_.muted);
    }

    // Where the value of a cell stands on a bar: both measures of a symmetric pair, whichever triangle it is
    // in.
    void paintMark(const Legend& legend, const std::optional<MatrixCell>& cell, const QColor& colour) {
        if (!holds(cell))
            return;
        const double value = legend.comparison.value(cell->row, cell->column);
        if (!std::isfinite(value))
            return;
        const double y = legend.bar.bottom() - legend.scale.position(value) * legend.bar.height();
        painter_.setPen(Qt::NoPen);
        painter_.setBrush(colour);
        const double size = 5.0 * style_.unit;
        painter_.drawPolygon(QPolygonF{QPointF(legend.bar.left() - size, y - size),
                                       QPointF(legend.bar.left() - size, y + size),
                                       QPointF(legend.bar.left(), y)});
    }

    QPainter& painter_;
    const MatrixScene& scene_;
    const MatrixLayout& layout_;
    const ColourMap& colours_;
    const Style& style_;
    const Comparison& comparison_;
};

} // namespace

void paintMatrix(QPainter& painter, const MatrixScene& scene, const MatrixLayout& layout,
                 const ColourMap& colours, const Style& style) {
    if (!scene.comparison || layout.empty())
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, style.vector);
    MatrixPainting(painter, scene, layout, colours, style).paint();
    painter.restore();
}

} // namespace stratoscope::ui
