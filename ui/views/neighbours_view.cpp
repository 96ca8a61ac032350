#include "ui/views/neighbours_view.h"

#include "ui/painting/value_scale.h"

#include <QFontMetricsF>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace stratoscope::ui {

NeighboursView::NeighboursView(Session& session, Selection& selection, PairInspector& inspector,
                               ThumbnailCache& thumbnails, QWidget* parent)
    : QWidget(parent), session_(session), selection_(selection), inspector_(inspector),
      thumbnails_(thumbnails) {
    setObjectName(QStringLiteral("neighboursView"));
    setAccessibleName(QStringLiteral("Nearest neighbours of the image in both layers"));
    setMouseTracking(true);
    setMinimumSize(260, 144);
    for (const auto signal : {&PairInspector::neighboursChanged, &PairInspector::divergenceChanged})
        connect(&inspector, signal, this, qOverload<>(&QWidget::update));
    connect(&thumbnails, &ThumbnailCache::loaded, this, qOverload<>(&QWidget::update));
    connect(&selection, &Selection::changed, this, qOverload<>(&QWidget::update));
    connect(&selection, &Selection::hoverChanged, this, qOverload<>(&QWidget::update));
}

void NeighboursView::setStyle_(const Style& style) {
    style_ = style;
    update();
}

NeighboursView::Plan NeighboursView::planFor(const QRectF& area, const Style& style) const {
    Plan plan;
    const double u = style.unit;
    const double line = QFontMetricsF(style.font).height();
    const double smallLine = QFontMetricsF(style.small()).height();
    const double side = std::clamp(area.width() * 0.22, 60.0 * u,
                                   std::max(60.0 * u, std::min(150.0 * u, area.height() - 3.2 * line)));
    plan.picture = QRectF(area.left(), area.top(), side, side);
    plan.about = QRectF(area.left(), plan.picture.bottom() + 4 * u, side,
                        area.bottom() - plan.picture.bottom() - 4 * u);
    plan.note = QRectF(area.left() + side + 14 * u, area.bottom() - smallLine, area.width() - side - 14 * u,
                       smallLine);
    const auto& found = inspector_.neighbours();
    if (!found)
        return plan;

    const double left = area.left() + side + 14 * u;
    const double width = area.right() - left;
    const double stripHeight = (plan.note.top() - area.top()) / 2.0;
    const double gap = 5.0 * u;
    // Rows of tiles large enough to recognise, none of them growing into the next strip.
    const double room = stripHeight - line - 8 * u;
    const double tile = std::clamp(room - smallLine, 24.0 * u, 84.0 * u);
    const double across = std::max(1.0, std::floor((width + gap) / (tile + gap)));
    const TileGrid grid(across * (tile + gap) - gap, tile, gap, smallLine);
    const auto rows = static_cast<std::size_t>(std::max(1.0, std::floor((room + gap) / grid.rowHeight())));
    for (int strip = 0; strip < 2; ++strip) {
        const double top = area.top() + strip * stripHeight;
        plan.headings[strip] = QRectF(left, top, width, line);
        const auto& neighbours = strip == 0 ? found->in_a : found->in_b;
        for (std::size_t i = 0; i < std::min(neighbours.size(), rows * grid.columns()); ++i)
            plan.places.push_back({strip == 0, i, grid.tileRect(i).translated(left, top + line + 2 * u)});
    }
    return plan;
}

const measures::Neighbour& NeighboursView::neighbourAt(const Place& place) const {
    return (place.inA ? inspector_.neighbours()->in_a : inspector_.neighbours()->in_b)[place.index];
}

QString NeighboursView::explanation() const {
    if (!session_.dataset())
        return {};
    if (!selection_.picked().pair)
        return QStringLiteral(
            "Click a cell of the matrix, then an image: its nearest images in both layers are shown here.");
    if (inspector_.waiting())
        return {}; // the first of the images will be shown
    return QStringLiteral("Click an image to see its nearest images in both layers.");
}

QStringList NeighboursView::about(std::size_t image, std::size_t lines) const {
    const ImageSet& images = session_.dataset()->images;
    const QString id = QString::fromStdString(images.ids[image]);
    const QString label = QString::fromStdString(images.label_of(image));
    QStringList out;
    if (const auto& divergence = inspector_.divergence(); divergence && image < divergence->forward.size()) {
        out << QStringLiteral("divergence %1").arg(shortNumber(divergence->forward[image]));
        out << QStringLiteral("back %1").arg(shortNumber(divergence->backward[image]));
    }
    if (const auto& ranked = inspector_.ranked()) {
        const auto at = std::ranges::find(ranked->order, image);
        if (at != ranked->order.end())
            out << QStringLiteral("%1 of %2")
                       .arg(ordinal(static_cast<double>(at - ranked->order.begin()) + 1))
                       .arg(ranked->order.size());
    }
    // A label that many images share, sometimes a mere number, names none of them.
    if (label.isEmpty() || static_cast<std::size_t>(out.size()) + 2 <= lines)
        out.prepend(id);
    if (!label.isEmpty() && label != id)
        out.prepend(label);
    return out;
}

void NeighboursView::paint(QPainter& painter, const QRectF& area, const Style& style, bool live) const {
    const auto dataset = session_.dataset();
    const auto image = inspector_.image();
    if (!dataset || !image || *image >= dataset->images.size() || !selection_.picked().pair) {
        painter.setPen(style.muted);
        painter.setFont(style.font);
        painter.drawText(area.adjusted(20, 0, -20, 0), Qt::AlignCenter | Qt::TextWordWrap, explanation());
        return;
    }
    const Plan plan = planFor(area, style);
    const ImageSet& images = dataset->images;
    const auto nameOf = [&](std::size_t i) { return QString::fromStdString(images.ids[i]); };
    paintTile(painter, {*image, thumbnails_.picture(*image), nameOf(*image), {}, live, false, false},
              plan.picture, style);

    const double smallLines =
        (plan.about.height() - QFontMetricsF(style.font).height()) / QFontMetricsF(style.small()).height();
    const QStringList lines = about(*image, 1 + static_cast<std::size_t>(std::max(0.0, smallLines)));
    double top = plan.about.top();
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QFont font = i == 0 ? style.font : style.small();
        const QFontMetricsF metrics(font);
        if (top + metrics.height() > plan.about.bottom() + 1.0)
            break; // half a line tells nothing
        painter.setFont(font);
        painter.setPen(i == 0 ? style.text : style.muted);
        painter.drawText(QRectF(plan.about.left(), top, plan.about.width(), metrics.height()),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(lines[i],
                                            lines[i] == nameOf(*image) ? Qt::ElideMiddle : Qt::ElideRight,
                                            plan.about.width()));
        top += metrics.height();
    }
    if (!inspector_.neighbours())
        return;

    const auto layerName = [&](const std::string& path) {
        const auto id = dataset->find(path);
        return id ? QString::fromStdString(dataset->model(*id).title + " " + dataset->layer(*id).name)
                  : QString();
    };
    const auto modelColour = [&](const std::string& path) {
        const auto at = session_.modelColours().find(path.substr(0, path.find('/')));
        return at == session_.modelColours().end() ? style.muted : style.model(at->second);
    };
    const LayerPair& pair = *selection_.picked().pair;
    const std::string* paths[2] = {&pair.from, &pair.to};
    const auto& inA = inspector_.neighbours()->in_a;
    const auto shared = std::ranges::count_if(inA, [](const measures::Neighbour& n) { return n.shared; });
    for (int strip = 0; strip < 2; ++strip) {
        const QRectF& heading = plan.headings[strip];
        painter.setFont(style.font);
        const QFontMetricsF metrics(style.font);
        painter.setPen(style.muted);
        const QString lead = QStringLiteral("nearest in ");
        painter.drawText(heading, Qt::AlignLeft | Qt::AlignVCenter, lead);
        const double used = metrics.horizontalAdvance(lead);
        painter.setPen(modelColour(*paths[strip]));
        painter.drawText(
            heading.adjusted(used, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
            metrics.elidedText(layerName(*paths[strip]), Qt::ElideMiddle, heading.width() - used));
    }
    painter.setFont(style.small());
    painter.setPen(style.muted);
    const QString ringed = QStringLiteral("ringed: shared, %1 of %2").arg(shared).arg(inA.size());
    const QFontMetricsF small(style.small());
    for (const QString& note : {ringed + QStringLiteral(" · under each: its place in the other layer"),
                                ringed + QStringLiteral(" · below: place in the other"), ringed})
        if (small.horizontalAdvance(note) <= plan.note.width() || note == ringed) {
            painter.drawText(plan.note, Qt::AlignLeft | Qt::AlignVCenter,
                             small.elidedText(note, Qt::ElideRight, plan.note.width()));
            break;
        }
    for (const Place& place : plan.places) {
        const measures::Neighbour& neighbour = neighbourAt(place);
        paintTile(painter,
                  {neighbour.image, thumbnails_.picture(neighbour.image), nameOf(neighbour.image),
                   ordinal(neighbour.rank_in_other), false,
                   live && selection_.hoveredImage() == neighbour.image, neighbour.shared},
                  place.area, style);
    }
}

void NeighboursView::paintInto(QPainter& painter, const QRectF& area, const Style& style) const {
    paint(painter, area, style, false);
}

void NeighboursView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), style_.card);
    paint(painter, QRectF(rect()), style_, true);
}

std::optional<NeighboursView::Place> NeighboursView::placeAt(QPointF point) const {
    if (!inspector_.neighbours())
        return std::nullopt;
    const Plan plan = planFor(QRectF(rect()), style_);
    const auto at =
        std::ranges::find_if(plan.places, [&](const Place& place) { return place.area.contains(point); });
    return at == plan.places.end() ? std::nullopt : std::optional(*at);
}

void NeighboursView::mouseMoveEvent(QMouseEvent* event) {
    const auto place = placeAt(event->position());
    selection_.hoverImage(place ? std::optional(neighbourAt(*place).image) : std::nullopt);
}

void NeighboursView::mousePressEvent(QMouseEvent* event) {
    if (const auto place = placeAt(event->position()); place && event->button() == Qt::LeftButton)
        selection_.pickImage(neighbourAt(*place).image);
}

void NeighboursView::leaveEvent(QEvent*) {
    selection_.hoverImage(std::nullopt);
}

bool NeighboursView::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto place = placeAt(help->pos());
    if (!place || !session_.dataset()) {
        QToolTip::hideText();
        return true;
    }
    const measures::Neighbour& neighbour = neighbourAt(*place);
    const ImageSet& images = session_.dataset()->images;
    QStringList lines{QString::fromStdString(images.ids[neighbour.image])};
    if (const std::string label = images.label_of(neighbour.image); !label.empty())
        lines << QString::fromStdString(label);
    lines << QStringLiteral("%1 nearest here, at distance %2")
                 .arg(ordinal(neighbour.rank), shortNumber(neighbour.distance));
    lines << QStringLiteral("%1 nearest in the other layer").arg(ordinal(neighbour.rank_in_other));
    if (neighbour.shared)
        lines << QStringLiteral("shared: among the nearest of both");
    QToolTip::showText(help->globalPos(), lines.join(QLatin1Char('\n')), this);
    return true;
}

} // namespace stratoscope::ui
