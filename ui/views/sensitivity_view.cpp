#include "ui/views/sensitivity_view.h"

#include "ui/painting/value_scale.h"

#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace stratoscope::ui {
namespace {

constexpr int leastHeight = 62;

QString poolingName(const measures::SensitivityCurve& curve) {
    const QString from = QString::fromStdString(curve.from.pooling);
    const QString to = QString::fromStdString(curve.to.pooling);
    return from == to ? from : QStringLiteral("%1, %2").arg(from, to);
}

QString numbers(const measures::SensitivityPoint& point) {
    QString out = shortNumber(point.value);
    if (std::isfinite(point.standard_error))
        out += QStringLiteral(" ± %1").arg(shortNumber(point.standard_error));
    return out + QStringLiteral(", excess %1").arg(shortNumber(point.excess()));
}

} // namespace

SensitivityView::SensitivityView(Session& session, PairFacts& facts, QWidget* parent)
    : QWidget(parent), session_(session), facts_(facts) {
    setObjectName(QStringLiteral("sensitivityView"));
    setAccessibleName(QStringLiteral("How the value of this pair depends on k and pooling"));
    setMouseTracking(true);
    setMinimumHeight(leastHeight);
    connect(&facts, &PairFacts::changed, this, &SensitivityView::rebuild);
    connect(&session, &Session::comparisonChanged, this, &SensitivityView::rebuild);
}

QSize SensitivityView::sizeHint() const {
    return {200, leastHeight + 16};
}

void SensitivityView::setStyle_(const Style& style) {
    style_ = style;
    rebuild();
}

SensitivityScene::Line SensitivityView::lineOf(const measures::SensitivityCurve& curve, bool back,
                                               bool aside) const {
    SensitivityScene::Line line;
    const auto colour = session_.modelColours().find(back ? curve.to.model : curve.from.model);
    line.coloured = colour != session_.modelColours().end();
    line.colour = line.coloured ? colour->second : 0;
    line.dashed = back;
    line.aside = aside;
    line.name = poolingName(curve);
    return line;
}

void SensitivityView::overK(const measures::Sensitivity& found) {
    const auto& points = found.curves.front().forward;
    const double first = std::log(static_cast<double>(points.front().k));
    const double last = std::log(static_cast<double>(points.back().k));
    for (const auto& point : points) {
        const double at = std::log(static_cast<double>(point.k));
        scene_.choices.push_back(
            {QString::number(point.k), last > first ? (at - first) / (last - first) : 0.5});
        if (point.k == session_.k())
            scene_.current = scene_.choices.size() - 1;
    }
    for (std::size_t c = 0; c < found.curves.size(); ++c)
        for (const bool back : {false, true}) {
            const auto& curve = found.curves[c];
            SensitivityScene::Line line = lineOf(curve, back, c > 0);
            const auto& values = back ? curve.backward : curve.forward;
            for (std::size_t i = 0; i < values.size(); ++i)
                line.points.push_back({i, values[i].excess(), values[i].excess_error()});
            if (!line.points.empty())
                scene_.lines.push_back(std::move(line));
        }
    scene_.title = QStringLiteral("excess by k: 0 same, 1 unrelated");
    scene_.brief = QStringLiteral("excess by k");
}

void SensitivityView::overPoolings(const measures::Sensitivity& found) {
    const double step = 1.0 / static_cast<double>(std::max<std::size_t>(1, found.curves.size() - 1));
    SensitivityScene::Line there = lineOf(found.curves.front(), false, false);
    SensitivityScene::Line back = lineOf(found.curves.front(), true, false);
    for (std::size_t c = 0; c < found.curves.size(); ++c) {
        const auto& curve = found.curves[c];
        scene_.choices.push_back({poolingName(curve), step * static_cast<double>(c)});
        there.points.push_back({c, curve.forward.front().excess(), curve.forward.front().excess_error()});
        if (!curve.backward.empty())
            back.points.push_back(
                {c, curve.backward.front().excess(), curve.backward.front().excess_error()});
    }
    scene_.lines.push_back(std::move(there));
    if (!back.points.empty())
        scene_.lines.push_back(std::move(back));
    scene_.current = 0;
    scene_.title = QStringLiteral("excess by pooling: 0 same, 1 unrelated");
    scene_.brief = QStringLiteral("excess by pooling");
}

void SensitivityView::rebuild() {
    const auto hovered = scene_.hovered;
    scene_ = {};
    const measures::Sensitivity* found = facts_.sensitivity();
    const measures::MeasureInfo* info = measures::find_measure(session_.settings().measure);
    if (found != nullptr) {
        if (found->curves.front().forward.front().k > 0)
            overK(*found);
        else if (found->curves.size() > 1)
            overPoolings(*found);
        if (hovered && *hovered < scene_.choices.size())
            scene_.hovered = hovered;
    }
    // Room is kept while an answer is on its way, so that nothing jumps under the mouse.
    setVisible(info != nullptr && (info->takes_k || !scene_.choices.empty()));
    relayout();
}

void SensitivityView::relayout() {
    layout_ = SensitivityLayout(scene_, QRectF(rect()), style_);
    update();
}

SensitivityScene SensitivityView::sceneForExport() const {
    SensitivityScene scene = scene_;
    scene.hovered.reset();
    return scene;
}

void SensitivityView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintSensitivity(painter, scene_, layout_, style_);
}

void SensitivityView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    relayout();
}

QString SensitivityView::told(std::size_t choice) const {
    const measures::Sensitivity* found = facts_.sensitivity();
    if (found == nullptr)
        return {};
    QStringList lines;
    const bool byK = found->curves.front().forward.front().k > 0;
    for (std::size_t c = 0; c < found->curves.size(); ++c) {
        const auto& curve = found->curves[c];
        if (!byK && c != choice)
            continue;
        const std::size_t at = byK ? choice : 0;
        if (at >= curve.forward.size())
            continue;
        QString line = numbers(curve.forward[at]);
        if (at < curve.backward.size())
            line = QStringLiteral("there %1; back %2").arg(line, numbers(curve.backward[at]));
        if (found->curves.size() > 1)
            line = QStringLiteral("%1: %2").arg(poolingName(curve), line);
        lines << line;
    }
    if (byK)
        lines.prepend(QStringLiteral("k = %1 (click to choose)").arg(scene_.choices[choice].label));
    return lines.join(QLatin1Char('\n'));
}

void SensitivityView::mouseMoveEvent(QMouseEvent* event) {
    const auto choice = layout_.choiceAt(event->position());
    if (choice != scene_.hovered) {
        scene_.hovered = choice;
        update();
    }
    if (choice)
        QToolTip::showText(event->globalPosition().toPoint(), told(*choice), this);
    else
        QToolTip::hideText();
}

void SensitivityView::mousePressEvent(QMouseEvent* event) {
    const auto choice = layout_.choiceAt(event->position());
    const measures::Sensitivity* found = facts_.sensitivity();
    if (event->button() != Qt::LeftButton || !choice || found == nullptr ||
        *choice >= found->curves.front().forward.size() || found->curves.front().forward[*choice].k == 0)
        return;
    Settings settings = session_.settings();
    settings.k = found->curves.front().forward[*choice].k;
    session_.setSettings(settings);
}

void SensitivityView::leaveEvent(QEvent*) {
    scene_.hovered.reset();
    update();
}

} // namespace stratoscope::ui
