#include "ui/views/pair_view.h"

#include "core/analysis/model_pair.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>

#include <cmath>

namespace stratoscope::ui {
namespace {

// How much of "unrelated" there is, in words; the limits are round numbers, and say no more than that.
QString amount(const Comparison& comparison, std::size_t row, std::size_t column) {
    const double value = comparison.value(row, column);
    const double same = comparison.floor(row, column);
    const double unrelated = comparison.null_value(row, column);
    const double share = (value - same) / (unrelated - same);
    if (!std::isfinite(share))
        return QStringLiteral("is not defined for");
    if (share < 0.02)
        return QStringLiteral("tells all about");
    if (share < 0.1)
        return QStringLiteral("tells nearly all about");
    if (share < 0.3)
        return QStringLiteral("tells much about");
    if (share < 0.6)
        return QStringLiteral("tells something about");
    if (share < 0.9)
        return QStringLiteral("tells little about");
    return QStringLiteral("tells nothing about");
}

QString bigNumber(const Comparison& comparison, std::size_t row, std::size_t column) {
    QString out = QStringLiteral("<span style='font-size:19pt;font-weight:600'>%1</span>")
                      .arg(shortNumber(comparison.value(row, column)));
    if (!comparison.standard_error.empty() && std::isfinite(comparison.standard_error(row, column)))
        out += QStringLiteral("<span style='font-size:10pt'> ± %1</span>")
                   .arg(shortNumber(comparison.standard_error(row, column)));
    return out;
}

} // namespace

QString valueWithError(const Comparison& comparison, std::size_t row, std::size_t column) {
    QString out = shortNumber(comparison.value(row, column));
    if (!comparison.standard_error.empty() && std::isfinite(comparison.standard_error(row, column)))
        out += QStringLiteral(" ± %1").arg(shortNumber(comparison.standard_error(row, column)));
    return out;
}

PlaneView::PlaneView(Session& session, Selection& selection, PairInspector& inspector, QWidget* parent)
    : QWidget(parent), session_(session), selection_(selection), inspector_(inspector) {
    setObjectName(QStringLiteral("planeView"));
    setAccessibleName(QStringLiteral("All pairs of layers, one direction against the other"));
    setToolTip(QStringLiteral("Every pair of layers: both small = equivalent, one small = one contains the "
                              "other, both near 1 = unrelated"));
    setMouseTracking(true);
    setMinimumSize(130, 110);
    connect(&session, &Session::comparisonChanged, this, &PlaneView::rebuild);
    connect(&selection, &Selection::changed, this, &PlaneView::refreshMarks);
    connect(&selection, &Selection::hoverChanged, this, &PlaneView::refreshMarks);
}

void PlaneView::setStyle_(const Style& style) {
    style_ = style;
    rebuild();
}

void PlaneView::rebuild() {
    const auto comparison = session_.comparison();
    scene_.comparison = comparison && comparison->directed() ? comparison : nullptr;
    setVisible(!comparison || comparison->directed());
    if (scene_.comparison)
        scene_.scale = ValueScale(*scene_.comparison, session_.settings().scale);
    layout_ = PlaneLayout(scene_, QRectF(rect()), style_);
    points_ = {};
    refreshMarks();
}

void PlaneView::refreshMarks() {
    const auto cell = [this](const std::optional<LayerPair>& pair) -> std::optional<MatrixCell> {
        const auto at = pair ? inspector_.cellOf(*pair) : std::nullopt;
        return at ? std::optional(MatrixCell{at->first, at->second}) : std::nullopt;
    };
    scene_.selected = cell(selection_.picked().pair);
    scene_.hovered = cell(selection_.hoveredPair());
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

PairView::PairView(Session& session, Selection& selection, PairInspector& inspector, QWidget* parent)
    : QWidget(parent), session_(session), selection_(selection), inspector_(inspector),
      heading_(new QLabel(this)), forward_(new QLabel(this)), forwardWords_(new QLabel(this)),
      backward_(new QLabel(this)), backwardWords_(new QLabel(this)), facts_(new QLabel(this)),
      plane_(new PlaneView(session, selection, inspector, this)) {
    setObjectName(QStringLiteral("pairView"));
    heading_->setObjectName(QStringLiteral("pairHeading"));
    forward_->setObjectName(QStringLiteral("pairForward"));
    backward_->setObjectName(QStringLiteral("pairBackward"));
    for (QLabel* label : {heading_, forwardWords_, backwardWords_, facts_})
        label->setWordWrap(true);
    facts_->setObjectName(QStringLiteral("muted"));
    auto* directions = new QHBoxLayout;
    directions->setSpacing(12);
    for (const auto& [number, words] : {std::pair{forward_, forwardWords_}, {backward_, backwardWords_}}) {
        auto* direction = new QVBoxLayout;
        direction->setSpacing(0);
        direction->addWidget(number);
        direction->addWidget(words);
        direction->addStretch(1);
        directions->addLayout(direction, 1);
    }
    auto* numbers = new QVBoxLayout;
    numbers->setSpacing(4);
    numbers->addWidget(heading_);
    numbers->addLayout(directions);
    numbers->addWidget(facts_);
    numbers->addStretch(1);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    row->addLayout(numbers, 11);
    row->addWidget(plane_, 10);
    connect(&session, &Session::comparisonChanged, this, &PairView::refresh);
    connect(&selection, &Selection::changed, this, &PairView::refresh);
    connect(&selection, &Selection::hoverChanged, this, &PairView::refresh);
}

void PairView::setStyle_(const Style& style) {
    style_ = style;
    plane_->setStyle_(style);
    refresh();
}

void PairView::refresh() {
    const auto comparison = session_.comparison();
    const auto& hovered = selection_.hoveredPair();
    const auto& pair = hovered ? hovered : selection_.picked().pair;
    const auto cell = pair ? inspector_.cellOf(*pair) : std::nullopt;
    const bool there = comparison && cell;
    for (QLabel* label : {forward_, forwardWords_, backward_, backwardWords_, facts_})
        label->setVisible(there);
    if (!there) {
        heading_->setText(
            comparison
                ? QStringLiteral("Click a cell of the matrix to see how well its row predicts its column.")
                : QString());
        return;
    }
    const auto [row, column] = *cell;
    const ComparedLayer& from = comparison->rows[row];
    const ComparedLayer& to = comparison->columns[column];
    const auto coloured = [&](const ComparedLayer& layer) {
        const auto at = session_.modelColours().find(layer.model);
        const QColor colour = at == session_.modelColours().end() ? style_.muted : style_.model(at->second);
        return QStringLiteral("<span style='color:%1'>%2</span> <b>%3</b>")
            .arg(colour.name(), QString::fromStdString(layer.model_title).toHtmlEscaped(),
                 QString::fromStdString(layer.layer).toHtmlEscaped());
    };
    heading_->setText(coloured(from) +
                      (comparison->directed() ? QStringLiteral(" → ") : QStringLiteral(" and ")) +
                      coloured(to));
    forward_->setText(bigNumber(*comparison, row, column));
    const QString fromName = QString::fromStdString(from.layer);
    const QString toName = QString::fromStdString(to.layer);
    if (!comparison->directed()) {
        forwardWords_->setText(comparison->definition.sense == Sense::similarity
                                   ? QStringLiteral("1 = same")
                                   : QStringLiteral("0 = same"));
        backward_->hide();
        backwardWords_->hide();
    } else {
        forwardWords_->setText(
            QStringLiteral("%1 %2 %3").arg(fromName, amount(*comparison, row, column), toName));
        const auto back = inspector_.cellOf({to.path(), from.path()});
        backward_->setVisible(back.has_value());
        backwardWords_->setVisible(back.has_value());
        if (back) {
            backward_->setText(bigNumber(*comparison, back->first, back->second));
            backwardWords_->setText(
                QStringLiteral("%1 %2 %3")
                    .arg(toName, amount(*comparison, back->first, back->second), fromName));
        }
    }
    QStringList facts;
    if (from.model != to.model && from.family != statistics_family && to.family != statistics_family) {
        const auto same = analysis::same_position(*comparison, from.model, to.model);
        if (std::isfinite(same.diagonal_mean) && std::isfinite(same.rest_mean))
            facts << QStringLiteral("the two models at the same depth: %1, elsewhere %2 (%3 % of the others "
                                    "are less alike)")
                         .arg(shortNumber(comparison->definition.sense == Sense::distance
                                              ? same.diagonal_mean
                                              : 1.0 - same.diagonal_mean),
                              shortNumber(comparison->definition.sense == Sense::distance
                                              ? same.rest_mean
                                              : 1.0 - same.rest_mean))
                         .arg(std::lround(100.0 * same.diagonality));
        if (from.pooling != to.pooling)
            facts << QStringLiteral("pooled differently (%1, %2): compare with care")
                         .arg(QString::fromStdString(from.pooling), QString::fromStdString(to.pooling));
    }
    facts_->setText(facts.join(QStringLiteral("\n")));
    facts_->setToolTip(facts_->text());
}

} // namespace stratoscope::ui
