#include "ui/painting/curve_figure.h"

#include "ui/painting/qcustomplot.h"
#include "ui/painting/value_scale.h"

#include <QPicture>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace stratoscope::ui {
namespace {

struct ValueRange {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
    void add(double value, bool logarithmic) {
        if (!std::isfinite(value) || (logarithmic && value <= 0.0))
            return;
        low = std::min(low, value);
        high = std::max(high, value);
    }
};

ValueRange rangeOf(const CurveFigure& figure) {
    ValueRange range;
    for (const Curve& curve : figure.curves)
        for (std::size_t i = 0; i < curve.value.size(); ++i) {
            range.add(curve.value[i], figure.logarithmic);
            const double error = i < curve.error.size() ? curve.error[i] : 0.0;
            range.add(curve.value[i] + error, figure.logarithmic);
            if (!figure.logarithmic)
                range.add(curve.value[i] - error, false);
        }
    if (figure.floor)
        range.add(*figure.floor, figure.logarithmic);
    if (figure.null && !figure.logarithmic)
        range.add(*figure.null, false);
    if (range.low > range.high)
        return {0.01, 1.0};
    if (figure.logarithmic)
        return {range.low / 1.15, std::max(range.high * 1.2, range.low * 2.0)};
    const double margin = std::max(0.05 * (range.high - range.low), 1e-6);
    return {range.low - margin, range.high + margin};
}

// Widened so that the name of the floor fits below it and that of the null above it.
ValueRange withRoomForLevels(ValueRange range, const CurveFigure& figure, const QCustomPlot& plot,
                             const Style& style) {
    const double line = QFontMetricsF(style.small()).height();
    const double height = std::max(4.0 * line, plot.height() - 4.0 * line); // about what the axes leave
    const double share = std::min(0.25, 1.15 * line / height);
    if (figure.logarithmic) {
        if (figure.floor && *figure.floor > 0.0)
            range.low = std::min(range.low,
                                 *figure.floor * std::pow(*figure.floor / range.high, share / (1.0 - share)));
        return range;
    }
    if (figure.floor)
        range.low = std::min(range.low, *figure.floor - (range.high - *figure.floor) * share / (1.0 - share));
    if (figure.null)
        range.high = std::max(range.high, *figure.null + (*figure.null - range.low) * share / (1.0 - share));
    return range;
}

// QCustomPlot writes the hyphen of the locale.
class MinusTicker : public QCPAxisTicker {
  protected:
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override {
        return withMinus(QCPAxisTicker::getTickLabel(tick, locale, format, precision));
    }
};

QSharedPointer<QCPAxisTicker> fewTicks(const ValueRange& range, bool logarithmic) {
    const QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
    if (!logarithmic) {
        const QSharedPointer<QCPAxisTicker> plain(new MinusTicker);
        plain->setTickCount(4);
        return plain;
    }
    const double decades = std::log10(range.high / range.low);
    const std::vector<double> digits = decades > 2.5 ? std::vector{1.0} : std::vector{1.0, 2.0, 5.0};
    for (double decade = 1e-6; decade < 1e3; decade *= 10.0)
        for (const double digit : digits)
            if (digit * decade >= range.low && digit * decade <= range.high)
                ticker->addTick(digit * decade, shortNumber(digit * decade));
    return ticker;
}

void styleAxis(QCPAxis& axis, const Style& style) {
    const QPen line(style.border, style.unit);
    axis.setBasePen(line);
    axis.setTickPen(line);
    axis.setSubTicks(false);
    axis.setTickLengthOut(static_cast<int>(std::lround(3.0 * style.unit)));
    axis.setTickLengthIn(0);
    axis.setTickLabelColor(style.muted);
    axis.setLabelColor(style.muted);
    axis.setTickLabelFont(style.small());
    axis.setLabelFont(style.small());
    axis.setTickLabelPadding(static_cast<int>(std::lround(3.0 * style.unit)));
    axis.setLabelPadding(static_cast<int>(std::lround(3.0 * style.unit)));
    axis.grid()->setPen(QPen(style.grid, style.unit));
    axis.grid()->setZeroLinePen(QPen(style.grid, style.unit));
}

QVector<double> listed(const std::vector<double>& values) {
    return {values.begin(), values.end()};
}

void addBand(QCustomPlot& plot, const Curve& curve, bool logarithmic, const QColor& colour, double lowest) {
    if (curve.error.size() != curve.value.size())
        return;
    QVector<double> low;
    QVector<double> high;
    QVector<double> depth;
    for (std::size_t i = 0; i < curve.value.size(); ++i) {
        const double least = curve.value[i] - curve.error[i]; // NaN is a gap, as in the line
        depth.push_back(curve.depth[i]);
        low.push_back(logarithmic && least < lowest ? lowest : least);
        high.push_back(curve.value[i] + curve.error[i]);
    }
    QCPGraph* under = plot.addGraph();
    QCPGraph* over = plot.addGraph();
    under->setPen(Qt::NoPen);
    over->setPen(Qt::NoPen);
    under->setData(depth, low, true);
    over->setData(depth, high, true);
    QColor fill = colour;
    fill.setAlpha(curve.dashed ? 26 : 44);
    over->setBrush(fill);
    over->setChannelFillGraph(under);
}

void addLine(QCustomPlot& plot, const Curve& curve, const QColor& colour, const Style& style) {
    QCPGraph* graph = plot.addGraph();
    graph->setData(listed(curve.depth), listed(curve.value), true);
    graph->setPen(
        QPen(colour, (curve.dashed ? 1.2 : 1.8) * style.unit, curve.dashed ? Qt::DashLine : Qt::SolidLine));
    if (!curve.dashed)
        graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, colour, colour, 5.0 * style.unit));
}

// The floor is named below its line and the null above it: no curve goes there.
void addLevel(QCustomPlot& plot, double value, bool below, const QString& name, const Style& style) {
    auto* line = new QCPItemLine(&plot); // the plot owns its items
    line->start->setTypeX(QCPItemPosition::ptAxisRectRatio);
    line->end->setTypeX(QCPItemPosition::ptAxisRectRatio);
    line->start->setCoords(0.0, value);
    line->end->setCoords(1.0, value);
    line->setPen(QPen(style.muted, style.unit, Qt::DotLine));
    auto* label = new QCPItemText(&plot);
    label->position->setTypeX(QCPItemPosition::ptAxisRectRatio);
    label->position->setCoords(0.01, value);
    label->setPositionAlignment(Qt::AlignLeft | (below ? Qt::AlignTop : Qt::AlignBottom));
    label->setText(name);
    label->setFont(style.small());
    label->setColor(style.muted);
}

void addNames(QCustomPlot& plot, const CurveFigure& figure, const Style& style) {
    struct Name {
        const Curve* curve;
        double y;
    };
    std::vector<Name> names;
    for (const Curve& curve : figure.curves) {
        if (curve.dashed || curve.name.isEmpty())
            continue;
        for (std::size_t i = curve.value.size(); i-- > 0;)
            if (std::isfinite(curve.value[i]) && (!figure.logarithmic || curve.value[i] > 0.0)) {
                names.push_back({&curve, plot.yAxis->coordToPixel(curve.value[i])});
                break;
            }
    }
    std::ranges::sort(names, {}, &Name::y);
    std::vector<double> wanted;
    for (const Name& name : names)
        wanted.push_back(name.y);
    const QRect area = plot.axisRect()->rect();
    const QFontMetricsF metrics(style.small());
    const std::vector<double> placed = movedApart(wanted, 0.95 * metrics.height(), area.top(), area.bottom());
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto* label = new QCPItemText(&plot);
        label->setClipToAxisRect(false);
        label->position->setType(QCPItemPosition::ptAbsolute);
        label->position->setCoords(area.right() + 5.0 * style.unit, placed[i]);
        label->setPositionAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        label->setText(metrics.elidedText(names[i].curve->name, Qt::ElideMiddle,
                                          plot.width() - area.right() - 6.0 * style.unit));
        label->setFont(style.small());
        label->setColor(style.model(names[i].curve->colour));
    }
}

void addHighlight(QCustomPlot& plot, const CurveFigure& figure, const Style& style) {
    if (!figure.highlighted || figure.highlighted->curve >= figure.curves.size())
        return;
    const Curve& curve = figure.curves[figure.highlighted->curve];
    if (figure.highlighted->point >= curve.value.size() ||
        !std::isfinite(curve.value[figure.highlighted->point]))
        return;
    QCPGraph* dot = plot.addGraph();
    dot->setData({curve.depth[figure.highlighted->point]}, {curve.value[figure.highlighted->point]});
    dot->setLineStyle(QCPGraph::lsNone);
    dot->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(style.selected, 2.2 * style.unit),
                                         Qt::NoBrush, 11.0 * style.unit));
}

double widestName(const CurveFigure& figure, const Style& style) {
    const QFontMetricsF metrics(style.small());
    double width = 0.0;
    for (const Curve& curve : figure.curves)
        if (!curve.dashed)
            width = std::max(width, metrics.horizontalAdvance(curve.name));
    return width;
}

} // namespace

std::vector<double> movedApart(std::vector<double> wanted, double distance, double low, double high) {
    // Neighbours that come too close become one group around its mean; groups grow until none touch.
    struct Group {
        double sum;
        std::size_t count;
        [[nodiscard]] double centre() const { return sum / static_cast<double>(count); }
    };
    std::vector<Group> groups;
    const auto half = [&](const Group& group) { return 0.5 * distance * static_cast<double>(group.count); };
    const auto centre = [&](const Group& group) {
        const double lowest = low + half(group);
        return std::max(lowest, std::min(group.centre(), high - half(group)));
    };
    for (const double at : wanted) {
        groups.push_back({at, 1});
        while (groups.size() > 1) {
            const Group& last = groups.back();
            const Group& before = groups[groups.size() - 2];
            if (centre(last) - half(last) >= centre(before) + half(before))
                break;
            const Group merged{last.sum + before.sum, last.count + before.count};
            groups.pop_back();
            groups.back() = merged;
        }
    }
    std::size_t i = 0;
    for (const Group& group : groups)
        for (std::size_t member = 0; member < group.count; ++member, ++i)
            wanted[i] = centre(group) - half(group) + distance * (static_cast<double>(member) + 0.5);
    return wanted;
}

void applyCurves(QCustomPlot& plot, const CurveFigure& figure, const Style& style) {
    plot.clearItems();
    plot.clearGraphs();
    plot.setBackground(style.card);
    plot.axisRect()->setBackground(QBrush(style.card));
    const ValueRange range = withRoomForLevels(rangeOf(figure), figure, plot, style);
    plot.yAxis->setScaleType(figure.logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    plot.yAxis->setTicker(fewTicks(range, figure.logarithmic));
    plot.yAxis->setRange(range.low, range.high);
    plot.xAxis->setRange(-0.02, 1.02);
    const QSharedPointer<QCPAxisTickerFixed> quarters(new QCPAxisTickerFixed);
    quarters->setTickStep(0.25);
    plot.xAxis->setTicker(quarters);
    plot.xAxis->setLabel(figure.xLabel);
    plot.yAxis->setLabel(figure.yLabel);
    styleAxis(*plot.xAxis, style);
    styleAxis(*plot.yAxis, style);
    plot.xAxis->grid()->setVisible(false);
    // Room for the names at the right, never more than a third.
    const double names = std::min(widestName(figure, style) + 10.0 * style.unit, plot.width() / 3.0);
    plot.axisRect()->setMinimumMargins(
        QMargins(0, static_cast<int>(6.0 * style.unit), static_cast<int>(names), 0));

    if (figure.floor && *figure.floor >= range.low && *figure.floor <= range.high)
        addLevel(plot, *figure.floor, true, QStringLiteral("floor: same"), style);
    if (figure.null && *figure.null >= range.low && *figure.null <= range.high)
        addLevel(plot, *figure.null, false, QStringLiteral("null: unrelated"), style);
    for (const Curve& curve : figure.curves)
        addBand(plot, curve, figure.logarithmic, style.model(curve.colour), range.low);
    for (const Curve& curve : figure.curves) {
        QColor colour = style.model(curve.colour);
        if (figure.stale)
            colour.setAlpha(120);
        addLine(plot, curve, colour, style);
    }
    addHighlight(plot, figure, style);
    plot.plotLayout()->update(QCPLayoutElement::upPreparation);
    plot.plotLayout()->update(QCPLayoutElement::upMargins);
    plot.plotLayout()->update(QCPLayoutElement::upLayout);
    // It stands beside the middle of the axis, and would be cut off at both ends.
    const QRect axes = plot.axisRect()->rect();
    const int room = 2 * std::min(axes.center().y(), plot.height() - axes.center().y());
    plot.yAxis->setLabel(QFontMetricsF(style.small()).elidedText(figure.yLabel, Qt::ElideRight, room));
    addNames(plot, figure, style);
}

void paintCurves(QPainter& painter, const CurveFigure& figure, const QRectF& area, const Style& style) {
    QCustomPlot plot;
    const int width = static_cast<int>(area.width());
    const int height = static_cast<int>(area.height());
    plot.setFixedSize(width, height);
    plot.setViewport(QRect(0, 0, width, height));
    applyCurves(plot, figure, style);
    // QCustomPlot paints with a painter class of its own; a picture of its commands replays on any.
    QPicture picture;
    QCPPainter recorder;
    recorder.begin(&picture);
    recorder.setMode(QCPPainter::pmVectorized);
    recorder.setMode(QCPPainter::pmNoCaching);
    plot.toPainter(&recorder, width, height);
    recorder.end();
    // A picture is replayed at the size it would have on the screen; here its pixels are the device's.
    painter.save();
    painter.translate(area.topLeft());
    painter.scale(static_cast<double>(picture.logicalDpiX()) / painter.device()->logicalDpiX(),
                  static_cast<double>(picture.logicalDpiY()) / painter.device()->logicalDpiY());
    painter.drawPicture(0, 0, picture);
    painter.restore();
}

} // namespace stratoscope::ui
