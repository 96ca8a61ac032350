#include "ui/painting/sensitivity_painter.h"

#include "ui/painting/value_scale.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace stratoscope::ui {
namespace {

// The axis begins at 0, "same", so that a small change looks small; it ends at a round number.
double roundEnd(const SensitivityScene& scene) {
    double highest = 0.0;
    for (const auto& line : scene.lines)
        for (const auto& point : line.points)
            if (std::isfinite(point.excess))
                highest = std::max(highest, point.excess + (std::isfinite(point.error) ? point.error : 0.0));
    for (const double end : {0.02, 0.05, 0.1, 0.2, 0.5, 1.0})
        if (highest <= end)
            return end;
    return 1.1 * highest;
}

double widestEndName(const SensitivityScene& scene, const QFontMetricsF& metrics) {
    double width = 0.0;
    for (const auto& line : scene.lines)
        if (line.aside && !line.dashed)
            width = std::max(width, metrics.horizontalAdvance(line.name));
    return width;
}

QColor colourOf(const SensitivityScene::Line& line, const Style& style) {
    if (line.aside)
        return style.muted;
    return line.coloured ? style.model(line.colour) : style.text;
}

class SensitivityPainting {
  public:
    SensitivityPainting(QPainter& painter, const SensitivityScene& scene, const SensitivityLayout& layout,
                        const Style& style)
        : painter_(painter), scene_(scene), layout_(layout), style_(style), metrics_(style.small()) {}

    void paint() {
        painter_.setFont(style_.small());
        paintAxes();
        paintMark(scene_.hovered, style_.border);
        paintMark(scene_.current, style_.selected);
        for (const auto& line : scene_.lines)
            if (!line.aside)
                paintBand(line);
        for (const auto& line : scene_.lines)
            paintLine(line);
    }

  private:
    void paintAxes() {
        const QRectF plot = layout_.plot();
        painter_.setPen(style_.muted);
        const bool whole = scene_.brief.isEmpty() || metrics_.horizontalAdvance(scene_.title) <= plot.width();
        painter_.drawText(
            QPointF(plot.left(), plot.top() - 0.4 * metrics_.height()),
            metrics_.elidedText(whole ? scene_.title : scene_.brief, Qt::ElideRight, plot.width()));
        for (const double share : {0.0, 0.5, 1.0}) {
            const double y = layout_.y(share * layout_.top());
            painter_.setPen(QPen(share == 0.0 ? style_.border : style_.grid, style_.unit));
            painter_.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
            if (share == 0.5 && plot.height() < 2.6 * metrics_.height())
                continue;
            painter_.setPen(style_.muted);
            const QString label = shortNumber(share * layout_.top());
            painter_.drawText(QPointF(plot.left() - metrics_.horizontalAdvance(label) - 5.0 * style_.unit,
                                      y + metrics_.ascent() / 2.5),
                              label);
        }
        double free = -1e9; // labels that would touch are left out
        for (std::size_t i = 0; i < scene_.choices.size(); ++i) {
            const QString& label = scene_.choices[i].label;
            const double width = metrics_.horizontalAdvance(label);
            const double left = layout_.x(i) - width / 2.0;
            if (left < free)
                continue;
            free = left + width + 4.0 * style_.unit;
            painter_.setPen(scene_.current == i ? style_.selected : style_.muted);
            painter_.drawText(QPointF(left, plot.bottom() + metrics_.height()), label);
        }
    }

    void paintMark(std::optional<std::size_t> choice, const QColor& colour) {
        if (!choice || *choice >= scene_.choices.size())
            return;
        const QRectF plot = layout_.plot();
        painter_.setPen(QPen(colour, style_.unit));
        painter_.drawLine(QPointF(layout_.x(*choice), plot.top()),
                          QPointF(layout_.x(*choice), plot.bottom()));
    }

    void paintBand(const SensitivityScene::Line& line) {
        QPolygonF upper;
        QPolygonF lower;
        for (const auto& point : line.points)
            if (std::isfinite(point.excess) && std::isfinite(point.error)) {
                upper << QPointF(layout_.x(point.choice), layout_.y(point.excess + point.error));
                lower.prepend(QPointF(layout_.x(point.choice), layout_.y(point.excess - point.error)));
            }
        if (upper.size() < 2)
            return;
        QColor fill = colourOf(line, style_);
        fill.setAlpha(line.dashed ? 26 : 44);
        painter_.setPen(Qt::NoPen);
        painter_.setBrush(fill);
        painter_.drawPolygon(upper + lower);
    }

    void paintLine(const SensitivityScene::Line& line) {
        const QColor colour = colourOf(line, style_);
        const double width = (line.aside ? 1.0 : line.dashed ? 1.3 : 1.8) * style_.unit;
        QPainterPath path;
        bool gap = true;
        for (const auto& point : line.points) {
            if (!std::isfinite(point.excess)) {
                gap = true;
                continue;
            }
            const QPointF at(layout_.x(point.choice), layout_.y(point.excess));
            if (gap)
                path.moveTo(at);
            else
                path.lineTo(at);
            gap = false;
        }
        painter_.setBrush(Qt::NoBrush);
        painter_.setPen(QPen(colour, width, line.dashed ? Qt::DashLine : Qt::SolidLine));
        painter_.drawPath(path);
        for (const auto& point : line.points)
            if (std::isfinite(point.excess) && !line.aside)
                paintDot(line, point, colour);
        if (!line.aside || line.dashed || line.points.empty() || !std::isfinite(line.points.back().excess))
            return;
        painter_.setPen(colour);
        painter_.drawText(QPointF(layout_.plot().right() + 4.0 * style_.unit,
                                  layout_.y(line.points.back().excess) + metrics_.ascent() / 2.5),
                          line.name);
    }

    void paintDot(const SensitivityScene::Line& line, const SensitivityScene::Point& point,
                  const QColor& colour) {
        const QPointF at(layout_.x(point.choice), layout_.y(point.excess));
        const bool chosen = scene_.current == point.choice;
        const double radius = (chosen ? 3.6 : line.dashed ? 2.0 : 2.6) * style_.unit;
        if (line.points.size() == 1 && std::isfinite(point.error)) { // no band to tell the error
            painter_.setPen(QPen(colour, style_.unit));
            painter_.drawLine(QPointF(at.x(), layout_.y(point.excess - point.error)),
                              QPointF(at.x(), layout_.y(point.excess + point.error)));
        }
        painter_.setPen(QPen(colour, 1.2 * style_.unit));
        painter_.setBrush(line.dashed ? style_.card : colour);
        painter_.drawEllipse(at, radius, radius);
    }

    QPainter& painter_;
    const SensitivityScene& scene_;
    const SensitivityLayout& layout_;
    const Style& style_;
    QFontMetricsF metrics_;
};

} // namespace

SensitivityLayout::SensitivityLayout(const SensitivityScene& scene, const QRectF& area, const Style& style)
    : area_(area), top_(roundEnd(scene)) {
    if (scene.choices.empty() || area.width() < 40.0 * style.unit || area.height() < 30.0 * style.unit)
        return;
    const QFontMetricsF metrics(style.small());
    double widest = metrics.horizontalAdvance(QStringLiteral("0.50"));
    for (const double share : {0.5, 1.0})
        widest = std::max(widest, metrics.horizontalAdvance(shortNumber(share * roundEnd(scene))));
    const double left = widest + 8.0 * style.unit;
    const double names = widestEndName(scene, metrics);
    const double right = std::max(names > 0.0 ? names + 6.0 * style.unit : 0.0,
                                  metrics.horizontalAdvance(scene.choices.back().label) / 2.0 + style.unit);
    const double above = scene.title.isEmpty() ? 0.5 * metrics.height() : 1.3 * metrics.height();
    plot_ = area.adjusted(left, above, -right, -1.25 * metrics.height());
    if (plot_.height() < 10.0 * style.unit || plot_.width() < 20.0 * style.unit)
        return;
    const double inset = 5.0 * style.unit; // a dot's room at both ends
    for (const auto& choice : scene.choices)
        across_.push_back(plot_.left() + inset + choice.position * (plot_.width() - 2.0 * inset));
}

double SensitivityLayout::y(double excess) const {
    return plot_.bottom() - std::clamp(excess / top_, 0.0, 1.0) * plot_.height();
}

std::optional<std::size_t> SensitivityLayout::choiceAt(QPointF point) const {
    if (empty() || !area_.contains(point))
        return std::nullopt;
    const auto nearest =
        std::ranges::min_element(across_, {}, [&](double across) { return std::abs(across - point.x()); });
    return static_cast<std::size_t>(nearest - across_.begin());
}

void paintSensitivity(QPainter& painter, const SensitivityScene& scene, const SensitivityLayout& layout,
                      const Style& style) {
    if (layout.empty())
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, true);
    SensitivityPainting(painter, scene, layout, style).paint();
    painter.restore();
}

} // namespace stratoscope::ui
