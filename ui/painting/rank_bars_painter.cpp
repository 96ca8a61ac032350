#include "ui/painting/rank_bars_painter.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace stratoscope::ui {
namespace {

QString withOneDecimal(double rank) {
    return QString::number(rank, 'f', rank == std::floor(rank) ? 0 : 1);
}

// Over its bar and over whatever line is there.
void paintRank(QPainter& painter, const QString& rank, const QRectF& bar, const Style& style) {
    painter.setFont(style.bold());
    const QFontMetricsF metrics(style.bold());
    QRectF box(0.0, 0.0, metrics.horizontalAdvance(rank) + 4.0 * style.unit, 0.95 * metrics.height());
    box.moveCenter({bar.center().x(), bar.top() - 3.0 * style.unit - box.height() / 2.0});
    painter.fillRect(box, style.card);
    painter.setPen(style.selected);
    painter.drawText(box, Qt::AlignCenter | Qt::TextSingleLine, rank);
}

} // namespace

RankBarsLayout::RankBarsLayout(const RankBarsScene& scene, const QRectF& area, const Style& style)
    : area_(area), most_(std::max(1.0, scene.most)), ranks_(scene.ranks) {
    const QFontMetricsF metrics(style.small());
    const double gap = 5.0 * style.unit;
    const double right = std::max(metrics.horizontalAdvance(QStringLiteral("by lot 12.5")),
                                  metrics.horizontalAdvance(QStringLiteral("mean 22.5"))) +
                         gap + 2.0 * style.unit;
    const double left = metrics.horizontalAdvance(QStringLiteral("23")) + gap;
    plot_ = area.adjusted(left, 2.3 * metrics.height(), -right, -1.15 * metrics.height());
    plot_.setHeight(std::max(10.0, plot_.height()));
    std::vector<double> taken;
    const std::pair<QString, double> wanted[] = {{QStringLiteral("mean "), scene.mean},
                                                 {QStringLiteral("best "), scene.best},
                                                 {QStringLiteral("by lot "), scene.chance}};
    for (const auto& [name, rank] : wanted) {
        Line line{y(rank), name + withOneDecimal(rank),
                  QPointF(plot_.right() + gap, y(rank) + metrics.ascent() / 2.5)};
        if (std::ranges::any_of(
                taken, [&](double other) { return std::abs(other - line.y) < 0.9 * metrics.height(); }))
            line.label.clear();
        else
            taken.push_back(line.y);
        lines_.push_back(std::move(line));
    }
}

double RankBarsLayout::y(double rank) const {
    return plot_.bottom() - std::clamp(rank / most_, 0.0, 1.0) * plot_.height();
}

QRectF RankBarsLayout::bar(std::size_t image) const {
    const double column = plot_.width() / static_cast<double>(std::max<std::size_t>(1, ranks_.size()));
    const double width = std::min(0.72 * column, 34.0);
    const double middle = plot_.left() + (static_cast<double>(image) + 0.5) * column;
    const double top = y(ranks_[image]);
    return {middle - width / 2.0, top, width, plot_.bottom() - top};
}

std::optional<std::size_t> RankBarsLayout::imageAt(QPointF point) const {
    if (ranks_.empty() || point.x() < plot_.left() || point.x() >= plot_.right() || point.y() < area_.top() ||
        point.y() > area_.bottom())
        return std::nullopt;
    const double share = (point.x() - plot_.left()) / plot_.width();
    return std::min(ranks_.size() - 1, static_cast<std::size_t>(share * static_cast<double>(ranks_.size())));
}

void paintRankBars(QPainter& painter, const RankBarsScene& scene, const RankBarsLayout& layout,
                   const Style& style) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setFont(style.small());
    const QFontMetricsF metrics(style.small());
    const QRectF plot = layout.plot();
    if (scene.focused) {
        painter.setPen(QPen(style.accent, style.unit));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(plot.adjusted(-2.0, -1.1 * metrics.height(), 2.0, 1.1 * metrics.height()),
                                4.0, 4.0);
    }
    painter.setPen(style.muted);
    painter.drawText(QPointF(plot.left(), plot.top() - 1.4 * metrics.height()),
                     metrics.elidedText(scene.title, Qt::ElideRight, plot.width()));
    for (const double rank : {1.0, scene.most}) {
        const QString label = QString::number(rank, 'f', 0);
        painter.drawText(QPointF(plot.left() - metrics.horizontalAdvance(label) - 5.0 * style.unit,
                                 layout.y(rank) + metrics.ascent() / 2.5),
                         label);
    }
    for (std::size_t image = 0; image < scene.ranks.size(); ++image) {
        const QRectF bar = layout.bar(image);
        const bool chosen = scene.chosen == image;
        painter.setPen(chosen ? QPen(style.selected, 2.0 * style.unit) : QPen(Qt::NoPen));
        painter.setBrush(scene.colours[image]);
        painter.drawRect(bar);
        QFont numbers = style.small();
        numbers.setWeight(chosen ? QFont::Bold : QFont::Normal);
        painter.setFont(numbers);
        painter.setPen(chosen ? style.text : style.muted);
        const QFontMetricsF own(painter.font());
        const QString number = QString::number(image + 1);
        if (chosen || own.horizontalAdvance(QStringLiteral("24")) + style.unit < layout.bar(0).width() / 0.72)
            painter.drawText(QPointF(bar.center().x() - own.horizontalAdvance(number) / 2.0,
                                     plot.bottom() + 1.05 * metrics.ascent()),
                             number);
    }
    painter.setFont(style.small());
    painter.setPen(QPen(style.border, style.unit));
    painter.drawLine(plot.bottomLeft(), plot.bottomRight());
    const auto& lines = layout.lines();
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const bool mean = at == 0;
        painter.setPen(QPen(mean ? style.text : style.muted, (mean ? 1.5 : 1.0) * style.unit,
                            mean ? Qt::SolidLine : Qt::DotLine));
        painter.drawLine(QPointF(plot.left(), lines[at].y), QPointF(plot.right(), lines[at].y));
        painter.setPen(mean ? style.text : style.muted);
        painter.drawText(lines[at].at, lines[at].label);
    }
    if (scene.chosen && *scene.chosen < scene.ranks.size())
        paintRank(painter, withOneDecimal(scene.ranks[*scene.chosen]), layout.bar(*scene.chosen), style);
    painter.restore();
}

} // namespace stratoscope::ui
