#include "ui/playground/measure_views.h"

#include "ui/painting/value_scale.h"
#include "ui/playground/story.h"
#include "ui/views/pair_view.h"

#include <QPainter>

#include <cmath>

namespace stratoscope::ui {
namespace {

QString nameOf(const Comparison& comparison) {
    const QString title = comparison.definition.measure == "procrustes"
                              ? QStringLiteral("Procrustes") // its symbol is an angle's
                              : shortTitle(comparison.definition.measure);
    return comparison.definition.k ? QStringLiteral("%1, k = %2").arg(title).arg(*comparison.definition.k)
                                   : title;
}

MeasureRow rowOf(const Comparison& comparison, std::size_t row, std::size_t column, const QString& name) {
    double value = comparison.value(row, column);
    if (std::abs(value) < 0.0005) // of so few images more decimals say nothing
        value = 0.0;
    const double apart = excess(value, comparison.floor(row, column), comparison.null_value(row, column));
    return {name, std::isfinite(value) ? shortNumber(value) : QStringLiteral("–"), 1.0 - apart, false};
}

} // namespace

std::vector<MeasureRow> rowsOf(const jobs::PairPortrait& portrait) {
    std::vector<MeasureRow> rows;
    for (const Comparison& comparison : portrait.measures) {
        if (!comparison.directed()) {
            rows.push_back(rowOf(comparison, 0, 1, nameOf(comparison)));
            continue;
        }
        rows.push_back(rowOf(comparison, 0, 1, QStringLiteral("Δ(A→B)")));
        rows.push_back(rowOf(comparison, 1, 0, QStringLiteral("Δ(B→A)")));
        rows[rows.size() - 2].emphasised = rows.back().emphasised = true;
    }
    return rows;
}

TwoWaysScene planeOf(const jobs::PairPortrait& portrait, const std::vector<QPointF>& trail) {
    const Comparison& imbalance = portrait.measures.front();
    return {QPointF(imbalanceOf(portrait, Way::aToB), imbalanceOf(portrait, Way::bToA)),
            trail,
            imbalance.floor(0, 1),
            imbalance.null_value(0, 1),
            QStringLiteral("Δ(A→B)"),
            QStringLiteral("Δ(B→A)")};
}

TwoWaysView::TwoWaysView(QWidget* parent) : QWidget(parent) {
    setMinimumSize(170, 150);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(QStringLiteral("Both directions of the information imbalance"));
    setToolTip(QStringLiteral("The pair as a point, with the way it came since the last action. Dashed: the "
                              "floor, which is as low as Δ gets, and 1, where nothing is told"));
}

void TwoWaysView::setStyle_(const Style& style) {
    style_ = style;
    update();
}

void TwoWaysView::setScene(TwoWaysScene scene) {
    scene_ = std::move(scene);
    update();
}

void TwoWaysView::paintEvent(QPaintEvent*) {
    if (!scene_.now)
        return;
    QPainter painter(this);
    paintTwoWays(painter, scene_, TwoWaysLayout(scene_, QRectF(rect()), style_), style_);
}

MeasuresView::MeasuresView(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(QStringLiteral("The pair by several measures"));
    setToolTip(QStringLiteral("Each measure on its own way from its value for unrelated representations to "
                              "that of equal ones, as everywhere in the program"));
}

void MeasuresView::setStyle_(const Style& style) {
    style_ = style;
    updateGeometry();
    update();
}

void MeasuresView::setRows(std::vector<MeasureRow> rows) {
    const bool more = rows.size() != rows_.size();
    rows_ = std::move(rows);
    if (more)
        updateGeometry();
    update();
}

QSize MeasuresView::sizeHint() const {
    const std::vector<MeasureRow> some(rows_.empty() ? 6 : rows_.size());
    return {240, static_cast<int>(
                     std::ceil(MeasureRowsLayout(some, QRectF(0, 0, 240, 1), style_).heightNeeded()))};
}

void MeasuresView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintMeasureRows(painter, rows_, MeasureRowsLayout(rows_, QRectF(rect()), style_), style_);
}

} // namespace stratoscope::ui
