#include "ui/painting/point_square_painter.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace stratoscope::ui {
namespace {

constexpr double grownBy = 1.15; // the chosen point

// Numbers must fit their points, whatever the size of ordinary text.
QFont numberFont(const Style& style, double radius) {
    QFont font = style.small();
    font.setPixelSize(std::max(6, qRound(1.05 * radius)));
    font.setWeight(QFont::DemiBold);
    return font;
}

class PointSquarePainting {
  public:
    PointSquarePainting(QPainter& painter, const PointSquareScene& scene, const PointSquareLayout& layout,
                        const Style& style)
        : painter_(painter), scene_(scene), layout_(layout), style_(style) {}

    void paint() {
        paintFrame();
        paintCircle();
        paintLinks();
        for (std::size_t image = 0; image < scene_.places.size(); ++image)
            if (!inStory(image))
                paintPoint(image);
        for (std::size_t image = 0; image < scene_.places.size(); ++image)
            if (inStory(image) && scene_.chosen != image)
                paintPoint(image);
        if (scene_.chosen)
            paintPoint(*scene_.chosen);
        if (layout_.numbersOutside())
            paintOwnNumbers();
        paintNumbers();
    }

  private:
    [[nodiscard]] bool linked(std::size_t image) const {
        return std::ranges::find(scene_.linked, image) != scene_.linked.end();
    }
    [[nodiscard]] bool numbered(std::size_t image) const {
        return std::ranges::find(scene_.numbered, image, &std::pair<std::size_t, QString>::first) !=
               scene_.numbered.end();
    }
    [[nodiscard]] bool inStory(std::size_t image) const {
        return !scene_.chosen || scene_.chosen == image || scene_.hovered == image || linked(image) ||
               numbered(image);
    }

    void paintFrame() {
        painter_.setPen(
            QPen(scene_.focused ? style_.accent : style_.border, (scene_.focused ? 1.5 : 1.0) * style_.unit));
        painter_.setBrush(blended(style_.card, style_.grid, 0.35));
        painter_.drawRoundedRect(
            layout_.frame().adjusted(style_.unit, style_.unit, -style_.unit, -style_.unit), 5.0 * style_.unit,
            5.0 * style_.unit);
    }

    void paintCircle() {
        if (!scene_.chosen || !scene_.circle)
            return;
        const double radius = *scene_.circle * layout_.square().width();
        QColor inside = style_.accent;
        inside.setAlpha(style_.dark ? 40 : 26);
        painter_.save();
        painter_.setClipRect(layout_.frame().adjusted(style_.unit, style_.unit, -style_.unit, -style_.unit));
        painter_.setPen(QPen(style_.accent, style_.unit)); // dashes of a large circle take milliseconds
        painter_.setBrush(inside);
        painter_.drawEllipse(layout_.at(scene_.places[*scene_.chosen]), radius, radius);
        painter_.restore();
    }

    void paintLinks() {
        if (!scene_.chosen)
            return;
        painter_.setPen(QPen(style_.selected, 2.0 * style_.unit, Qt::SolidLine, Qt::RoundCap));
        for (const std::size_t image : scene_.linked)
            painter_.drawLine(layout_.at(scene_.places[*scene_.chosen]), layout_.at(scene_.places[image]));
    }

    void paintPoint(std::size_t image) {
        const QPointF at = layout_.at(scene_.places[image]);
        const double radius = layout_.radius();
        const QColor full = scene_.colours[image];
        const QColor colour = inStory(image) ? full : blended(full, style_.card, 0.45);
        const bool chosen = scene_.chosen == image;
        QPen ring(style_.card, style_.unit); // keeps points that overlap apart
        if (chosen || linked(image))
            ring = QPen(style_.selected, (chosen ? 3.0 : 2.0) * style_.unit);
        else if (scene_.hovered == image)
            ring = QPen(style_.text, 1.5 * style_.unit);
        painter_.setPen(ring);
        painter_.setBrush(colour);
        const double grown = chosen ? grownBy * radius : radius;
        painter_.drawEllipse(at, grown, grown);
        if (layout_.numbersOutside())
            return;
        painter_.setFont(numberFont(style_, radius));
        painter_.setPen(inkOn(colour));
        const QString text = QString::number(image + 1);
        const QFontMetricsF metrics(painter_.font());
        painter_.drawText(
            QPointF(at.x() - metrics.horizontalAdvance(text) / 2.0, at.y() + 0.36 * metrics.ascent()), text);
    }

    // From left to right in turn above and below: on one line there is room for two rows.
    void paintOwnNumbers() {
        std::vector<std::size_t> order(scene_.places.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::stable_sort(order, {}, [&](std::size_t image) { return scene_.places[image].x(); });
        painter_.setFont(numberFont(style_, layout_.frame().width() / 34.0));
        const QFontMetricsF metrics(painter_.font());
        const double out = grownBy * layout_.radius() + 2.0 * style_.unit + metrics.ascent() / 2.0;
        for (std::size_t turn = 0; turn < order.size(); ++turn) {
            const QString text = QString::number(order[turn] + 1);
            QRectF box({}, QSizeF(metrics.horizontalAdvance(text), metrics.ascent()));
            box.moveCenter(layout_.at(scene_.places[order[turn]]) + QPointF(0.0, turn % 2 == 0 ? -out : out));
            painter_.setPen(inStory(order[turn]) ? style_.text : style_.muted);
            painter_.drawText(box, Qt::AlignCenter | Qt::TextDontClip, text);
            taken_.push_back(box);
        }
    }

    // The neighbours' own first: they have the choice of places.
    void paintNumbers() {
        for (const bool ofLinked : {true, false})
            for (const auto& [image, text] : scene_.numbered)
                if (linked(image) == ofLinked)
                    paintNumber(image, text);
    }

    void paintNumber(std::size_t image, const QString& text) {
        QFont font = style_.small();
        font.setWeight(QFont::DemiBold);
        const QFontMetricsF metrics(font);
        const QRectF box =
            placeFor(image, {metrics.horizontalAdvance(text) + 5.0 * style_.unit, 0.95 * metrics.height()});
        taken_.push_back(box);
        QColor behind = style_.card;
        behind.setAlpha(215);
        painter_.setFont(font);
        painter_.setPen(Qt::NoPen);
        painter_.setBrush(behind);
        painter_.drawRoundedRect(box, 3.0 * style_.unit, 3.0 * style_.unit);
        painter_.setPen(linked(image) ? style_.selected : style_.text);
        painter_.drawText(box, Qt::AlignCenter | Qt::TextSingleLine, text);
    }

    // Beside its point, away from the chosen one if it hides nothing there; else at the corner where it hides
    // least.
    [[nodiscard]] QRectF placeFor(std::size_t image, QSizeF size) const {
        const QPointF at = layout_.at(scene_.places[image]);
        const QPointF from = scene_.chosen ? layout_.at(scene_.places[*scene_.chosen]) : at;
        const double right = at.x() >= from.x() ? 1.0 : -1.0;
        const double down = at.y() >= from.y() ? 1.0 : -1.0;
        const double out = 0.72 * layout_.radius();
        QRectF best;
        double least = std::numeric_limits<double>::infinity();
        std::vector<QPointF> corners; // from the point's middle to the number's
        for (const auto& [x, y] : {std::pair{right, down}, {right, -down}, {-right, down}, {-right, -down}})
            corners.emplace_back(x * (out + size.width() / 2.0), y * (out + size.height() / 2.0));
        for (double row = 1.0; layout_.numbersOutside() && row <= 3.0;
             ++row) // beyond points and their numbers
            for (const double y : {down, -down})
                corners.emplace_back(0.0, y * (2.0 * out + (row + 0.7) * size.height()));
        for (const QPointF& corner : corners) {
            QRectF box(QPointF(0.0, 0.0), size);
            box.moveCenter(at + corner);
            const QRectF room = layout_.frame().adjusted(2.0, 2.0, -2.0, -2.0);
            box.moveLeft(
                std::clamp(box.left(), room.left(), std::max(room.left(), room.right() - box.width())));
            box.moveTop(
                std::clamp(box.top(), room.top(), std::max(room.top(), room.bottom() - box.height())));
            const double hides = hiddenBy(box);
            if (hides < least) {
                least = hides;
                best = box;
            }
        }
        return best;
    }

    [[nodiscard]] double hiddenBy(const QRectF& box) const {
        const auto shared = [&box](const QRectF& other) {
            const QRectF both = box.intersected(other);
            return both.width() * both.height();
        };
        double hidden = 0.0;
        for (const QRectF& other : taken_)
            hidden += 2.0 * shared(other); // a number upon a number makes both unreadable
        const double reach = 0.8 * layout_.radius();
        for (std::size_t image = 0; image < scene_.places.size(); ++image)
            hidden += (inStory(image) ? 3.0 : 1.0) *
                      shared(QRectF(layout_.at(scene_.places[image]) - QPointF(reach, reach),
                                    QSizeF(2.0 * reach, 2.0 * reach)));
        return hidden;
    }

    QPainter& painter_;
    const PointSquareScene& scene_;
    const PointSquareLayout& layout_;
    const Style& style_;
    std::vector<QRectF> taken_; ///< by numbers painted already
};

} // namespace

QColor inkOn(const QColor& colour) {
    const auto linear = [](double channel) {
        return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
    };
    const double luminance =
        0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
    return luminance > 0.22 ? QColor(Qt::black) : QColor(Qt::white);
}

QColor blended(const QColor& a, const QColor& b, double share) {
    const auto between = [share](int from, int to) { return qRound(from + share * (to - from)); };
    return {between(a.red(), b.red()), between(a.green(), b.green()), between(a.blue(), b.blue())};
}

PointSquareLayout::PointSquareLayout(const QRectF& area, const Style& style, double nearest) {
    const double side = std::max(20.0, std::min(area.width(), area.height()));
    frame_ = QRectF(0.0, 0.0, side, side);
    frame_.moveCenter(area.center());
    const double usual = std::min(side / 30.0, 16.0 * style.unit);
    const double rim = 3.0 * style.unit;
    // Two points side by side at `nearest`, in the square that is left inside the edge that follows.
    radius_ = std::min(usual, nearest * (side - 2.0 * rim) / (2.0 + 2.0 * grownBy * nearest));
    within_ = 1.3 * usual;
    numbersOutside_ = radius_ < 0.8 * usual;
    const double edge = grownBy * radius_ + rim;
    square_ = frame_.adjusted(edge, edge, -edge, -edge);
}

QPointF PointSquareLayout::at(QPointF place) const {
    return {square_.left() + place.x() * square_.width(), square_.top() + place.y() * square_.height()};
}

QPointF PointSquareLayout::placeAt(QPointF point) const {
    return {std::clamp((point.x() - square_.left()) / square_.width(), 0.0, 1.0),
            std::clamp((point.y() - square_.top()) / square_.height(), 0.0, 1.0)};
}

std::optional<std::size_t> PointSquareLayout::imageAt(const std::vector<QPointF>& places,
                                                      QPointF point) const {
    std::optional<std::size_t> found;
    double least = within_;
    for (std::size_t image = 0; image < places.size(); ++image) {
        const QPointF apart = at(places[image]) - point;
        const double distance = std::hypot(apart.x(), apart.y());
        if (distance <= least) {
            least = distance;
            found = image;
        }
    }
    return found;
}

void paintPointSquare(QPainter& painter, const PointSquareScene& scene, const PointSquareLayout& layout,
                      const Style& style) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, true);
    PointSquarePainting(painter, scene, layout, style).paint();
    painter.restore();
}

} // namespace stratoscope::ui
