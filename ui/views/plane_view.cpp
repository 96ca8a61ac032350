#include "ui/views/plane_view.h"

#include "ui/views/matrix_view.h"

#include <QMouseEvent>
#include <QPainter>

namespace stratoscope::ui {

PlaneView::PlaneView(Session& session, Selection& selection, PairInspector& inspector, QWidget* parent)
    : QWidget(parent), session_(session), selection_(selection), inspector_(inspector) {
    setObjectName(QStringLiteral("planeView"));
    setMouseTracking(true);
    setMinimumSize(130, 110);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
    connect(&session, &Session::comparisonChanged, this, &PlaneView::rebuild);
    connect(&selection, &Selection::changed, this, &PlaneView::refreshMarks);
    connect(&selection, &Selection::hoverChanged, this, &PlaneView::refreshMarks);
}

void PlaneView::setStyle_(const Style& style) {
    style_ = style;
    rebuild();
}

void PlaneView::setKind(PlaneKind kind) {
    if (kind == kind_)
        return;
    kind_ = kind;
    rebuild();
}

PlaneScene PlaneView::sceneOf(PlaneKind kind) const {
    PlaneScene scene;
    const auto comparison = session_.comparison();
    const auto beside = session_.beside();
    const bool drawable = comparison && (kind == PlaneKind::directions ? comparison->directed()
                                                                       : beside && !beside->value.empty());
    if (!drawable)
        return scene;
    scene.comparison = comparison;
    scene.scale = ValueScale(*comparison, session_.settings().scale);
    if (kind == PlaneKind::directions) {
        scene.across = QStringLiteral("row → column");
        scene.up = QStringLiteral("column → row");
    } else {
        scene.against = beside;
        scene.againstScale = ValueScale(*beside, session_.settings().scale);
        scene.across = valueTitle(*comparison);
        scene.up = valueTitle(*beside);
    }
    scene.selected = pointOfPair(scene, selection_.picked().pair);
    return scene;
}

void PlaneView::rebuild() {
    const bool measures = kind_ == PlaneKind::twoMeasures;
    setAccessibleName(measures ? QStringLiteral("All pairs of layers, one measure against the other")
                               : QStringLiteral("All pairs of layers, one direction against the other"));
    setToolTip(measures
                   ? QStringLiteral("Every pair of layers by both measures, “same” at the lower left: far "
                                    "from the others lie the pairs on which the two disagree")
                   : QStringLiteral("Every pair of layers: both small = equivalent, one small = one contains "
                                    "the other, both near 1 = unrelated"));
    scene_ = sceneOf(kind_);
    scene_.stale = session_.stale() || (measures && session_.besideStale());
    setVisible(!session_.comparison() || scene_.comparison);
    layout_ = PlaneLayout(scene_, QRectF(rect()), style_);
    points_ = {};
    refreshMarks();
}

std::optional<MatrixCell> PlaneView::pointOfPair(const PlaneScene& scene,
                                                 const std::optional<LayerPair>& pair) const {
    const auto at = pair && scene.comparison ? inspector_.cellOf(*pair) : std::nullopt;
    return at ? std::optional(pointOf(scene, {at->first, at->second})) : std::nullopt;
}

void PlaneView::refreshMarks() {
    scene_.selected = pointOfPair(scene_, selection_.picked().pair);
    scene_.hovered = pointOfPair(scene_, selection_.hoveredPair());
    update();
}

void PlaneView::paintEvent(QPaintEvent*) {
    if (!scene_.comparison)
        return;
    if (points_.isNull()) {
        points_ = QPixmap(size() * devicePixelRatioF());
        points_.setDevicePixelRatio(devicePixelRatioF());
        points_.fill(Qt::transparent);
        PlaneScene unmarked = scene_;
        unmarked.selected.reset();
        unmarked.hovered.reset();
        QPainter painter(&points_);
        paintPlane(painter, unmarked, layout_, style_);
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, points_);
    paintPlaneMarks(painter, scene_, layout_, style_);
}

void PlaneView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    rebuild();
}

std::optional<LayerPair> PlaneView::pairAt(QPointF point) const {
    const auto cell = scene_.comparison ? layout_.cellNear(point, 8.0) : std::nullopt;
    if (!cell)
        return std::nullopt;
    return LayerPair{scene_.comparison->rows[cell->row].path(),
                     scene_.comparison->columns[cell->column].path()};
}

void PlaneView::mouseMoveEvent(QMouseEvent* event) {
    selection_.hoverPair(pairAt(event->position()));
}

void PlaneView::mousePressEvent(QMouseEvent* event) {
    if (const auto pair = pairAt(event->position()))
        selection_.pickPair(*pair);
}

void PlaneView::leaveEvent(QEvent*) {
    selection_.hoverPair(std::nullopt);
}

} // namespace stratoscope::ui
