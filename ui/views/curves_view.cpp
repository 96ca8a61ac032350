#include "ui/views/curves_view.h"

#include "core/analysis/retention.h"
#include "core/analysis/smoothness.h"
#include "ui/painting/qcustomplot.h"
#include "ui/views/matrix_view.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTabBar>
#include <QToolTip>
#include <QVBoxLayout>

#include <cmath>

namespace stratoscope::ui {
namespace {

QString text(const std::string& string) {
    return QString::fromStdString(string);
}

std::size_t colourOf(const Session& session, const std::string& model) {
    const auto at = session.modelColours().find(model);
    return at == session.modelColours().end() ? 0 : at->second;
}

std::optional<double> firstFinite(const Matrix<double>& values) {
    for (const double value : values.values())
        if (std::isfinite(value))
            return value;
    return std::nullopt;
}

// A model's solid curve of one direction and its dashed one of the other, with the layers each point is
// about.
class TwoWays {
  public:
    TwoWays(const QString& name, std::size_t colour)
        : there_{name, colour, false, {}, {}, {}}, back_{name, colour, true, {}, {}, {}} {}

    void add(double depth, double forward, double forwardError, double backward, double backwardError,
             const LayerPair& pair) {
        addPoint(there_, depth, forward, forwardError);
        addPoint(back_, depth, backward, backwardError);
        pairsThere_.push_back(pair);
        pairsBack_.push_back({pair.to, pair.from});
    }

    void moveInto(CurveFigure& figure, std::vector<std::vector<LayerPair>>& pairs, bool directed) {
        figure.curves.push_back(std::move(there_));
        pairs.push_back(std::move(pairsThere_));
        if (!directed)
            return;
        figure.curves.push_back(std::move(back_));
        pairs.push_back(std::move(pairsBack_));
    }

  private:
    static void addPoint(Curve& curve, double depth, double value, double error) {
        curve.depth.push_back(depth);
        curve.value.push_back(value);
        curve.error.push_back(error);
    }

    Curve there_;
    Curve back_;
    std::vector<LayerPair> pairsThere_;
    std::vector<LayerPair> pairsBack_;
};

} // namespace

CurvesView::CurvesView(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent), session_(session), selection_(selection), tabs_(new QTabBar(this)),
      statistic_(new QComboBox(this)), plot_(new QCustomPlot(this)), message_(new QLabel(this)),
      remedy_(new QPushButton(this)) {
    tabs_->setObjectName(QStringLiteral("curveTabs"));
    tabs_->addTab(QStringLiteral("Smoothness"));
    tabs_->addTab(QStringLiteral("Retention"));
    tabs_->addTab(QStringLiteral("Linear readout"));
    tabs_->setTabToolTip(0, QStringLiteral("How much each model changes from one step to the next"));
    tabs_->setTabToolTip(1, QStringLiteral("Do neighbourhoods still follow what the picture looks like?"));
    tabs_->setTabToolTip(
        2,
        QStringLiteral("How well can low-level statistics be read from each layer by a linear regression?"));
    tabs_->setDrawBase(false);
    tabs_->setExpanding(false);
    statistic_->setObjectName(QStringLiteral("statisticChoice"));
    statistic_->setToolTip(QStringLiteral("Which of the images' low-level statistics"));
    plot_->setObjectName(QStringLiteral("curvePlot"));
    plot_->setMouseTracking(true);
    plot_->installEventFilter(this);
    plot_->setMinimumSize(200, 110);
    message_->setWordWrap(true);
    message_->setAlignment(Qt::AlignCenter);
    message_->setObjectName(QStringLiteral("muted"));
    remedy_->setObjectName(QStringLiteral("computeStatistics"));

    auto* top = new QHBoxLayout;
    top->setContentsMargins(0, 0, 0, 0);
    top->addWidget(tabs_);
    top->addStretch(1);
    top->addWidget(statistic_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(top);
    column->addWidget(plot_, 1);
    column->addWidget(message_, 1);
    column->addWidget(remedy_, 0, Qt::AlignHCenter);

    connect(tabs_, &QTabBar::currentChanged, this, [this] {
        if (kind() == CurveKind::readout)
            session_.computeDecodability();
        updateStatisticChoices();
        rebuild();
    });
    connect(statistic_, &QComboBox::currentIndexChanged, this, &CurvesView::rebuild);
    connect(remedy_, &QPushButton::clicked, this, [this] { session_.computeStatistics(); });
    connect(&session, &Session::comparisonChanged, this, [this] {
        updateStatisticChoices();
        rebuild();
    });
    connect(&session, &Session::imagesChanged, this, [this] {
        updateStatisticChoices();
        if (kind() == CurveKind::readout)
            session_.computeDecodability();
        rebuild();
    });
    connect(&session, &Session::decodabilityChanged, this, &CurvesView::rebuild);
    connect(&selection, &Selection::hoverChanged, this, &CurvesView::refreshHighlight);
    connect(&selection, &Selection::changed, this, &CurvesView::refreshHighlight);
    updateStatisticChoices();
    rebuild();
}

void CurvesView::setStyle_(const Style& style) {
    style_ = style;
    redraw();
}

CurveKind CurvesView::kind() const {
    return static_cast<CurveKind>(tabs_->currentIndex());
}

void CurvesView::setKind(CurveKind kind) {
    tabs_->setCurrentIndex(static_cast<int>(kind));
}

QString CurvesView::explanation() const {
    switch (kind()) {
    case CurveKind::smoothness:
        return QStringLiteral("each layer to the next (solid) and back (dashed)");
    case CurveKind::retention:
        return QStringLiteral(
            "layer → image statistics (solid) and back (dashed); low = neighbourhoods follow them");
    case CurveKind::readout:
        return QStringLiteral("R² of a cross-validated linear regression; 1 = can be read in full");
    }
    return {};
}

void CurvesView::updateStatisticChoices() {
    QStringList choices;
    if (kind() == CurveKind::retention && session_.comparison()) {
        for (const ComparedLayer& layer : session_.comparison()->columns)
            if (layer.family == statistics_family)
                choices << text(layer.layer);
    } else if (kind() == CurveKind::readout && session_.dataset()) {
        choices << QStringLiteral("mean of all");
        for (const std::string& name : session_.dataset()->images.statistics.names)
            choices << text(name);
    }
    statistic_->setVisible(choices.size() > 1);
    QStringList present;
    for (int i = 0; i < statistic_->count(); ++i)
        present << statistic_->itemText(i);
    if (present == choices)
        return;
    const QSignalBlocker quiet(statistic_);
    const QString before = statistic_->currentText();
    statistic_->clear();
    statistic_->addItems(choices);
    statistic_->setCurrentIndex(std::max(0, statistic_->findText(before)));
}

CurveFigure CurvesView::smoothnessFigure(Pairs& pairs) const {
    CurveFigure figure;
    const auto comparison = session_.comparison();
    figure.xLabel = QStringLiteral("relative depth");
    if (!comparison)
        return figure;
    const bool distance = comparison->definition.sense == Sense::distance;
    figure.yLabel =
        distance ? QStringLiteral("Δ to the next layer") : QStringLiteral("1 − ") + valueTitle(*comparison);
    figure.logarithmic = session_.settings().scale == ScaleKind::logarithmic;
    if (distance)
        figure.floor = firstFinite(comparison->floor);
    figure.stale = session_.stale();
    for (const auto& steps : analysis::smoothness(*comparison)) {
        TwoWays ways(text(steps.title), colourOf(session_, steps.model));
        for (const auto& step : steps.steps)
            ways.add(step.depth, step.forward, step.forward_error, step.backward, step.backward_error,
                     {comparison->rows[step.from].path(), comparison->rows[step.to].path()});
        ways.moveInto(figure, pairs, comparison->directed());
    }
    return figure;
}

CurveFigure CurvesView::retentionFigure(Pairs& pairs) const {
    CurveFigure figure;
    const auto comparison = session_.comparison();
    figure.xLabel = QStringLiteral("relative depth");
    if (!comparison)
        return figure;
    const bool distance = comparison->definition.sense == Sense::distance;
    const std::string group = kind() == CurveKind::retention && statistic_->count() > 0
                                  ? statistic_->currentText().toStdString()
                                  : "all";
    figure.yLabel = distance ? QStringLiteral("Δ with image statistics")
                             : QStringLiteral("1 − ") + valueTitle(*comparison);
    figure.logarithmic = false;
    if (distance)
        figure.null = 1.0;
    figure.stale = session_.stale();
    const std::string statistics = std::string(statistics_model) + "/" + group;
    for (const auto& retention : analysis::retention(*comparison, group)) {
        TwoWays ways(text(retention.title), colourOf(session_, retention.model));
        for (const auto& point : retention.points)
            ways.add(point.depth, point.to_statistics, point.to_error, point.from_statistics,
                     point.from_error, {comparison->rows[point.row].path(), statistics});
        ways.moveInto(figure, pairs, comparison->directed());
    }
    return figure;
}

CurveFigure CurvesView::readoutFigure(Pairs& pairs) const {
    CurveFigure figure;
    figure.xLabel = QStringLiteral("relative depth");
    figure.yLabel = QStringLiteral("R² of image statistics");
    figure.logarithmic = false;
    const auto& found = session_.decodability();
    const auto dataset = session_.dataset();
    if (!found || !dataset)
        return figure;
    const int chosen =
        kind() == CurveKind::readout ? statistic_->currentIndex() - 1 : -1; // −1: the mean of all
    for (std::size_t i = 0; i < found->layers.size(); ++i) {
        const Model& model = dataset->model(found->layers[i]);
        const std::string path = dataset->path_of(found->layers[i]);
        if (session_.hidden().contains(path))
            continue;
        if (pairs.empty() || figure.curves.back().name != text(model.title)) {
            figure.curves.push_back({text(model.title), colourOf(session_, model.name), false, {}, {}, {}});
            pairs.emplace_back();
        }
        double value = 0.0;
        std::size_t count = 0;
        for (std::size_t s = 0; s < found->r2[i].size(); ++s)
            if (std::isfinite(found->r2[i][s]) && (chosen < 0 || s == static_cast<std::size_t>(chosen))) {
                value += found->r2[i][s];
                ++count;
            }
        figure.curves.back().depth.push_back(dataset->layer(found->layers[i]).depth);
        figure.curves.back().value.push_back(count == 0 ? std::nan("") : value / static_cast<double>(count));
        pairs.back().push_back({path, std::string(statistics_model) + "/all"});
    }
    return figure;
}

CurveFigure CurvesView::figureOf(CurveKind kind) const {
    Pairs unused;
    switch (kind) {
    case CurveKind::smoothness:
        return smoothnessFigure(unused);
    case CurveKind::retention:
        return retentionFigure(unused);
    case CurveKind::readout:
        break;
    }
    return readoutFigure(unused);
}

void CurvesView::rebuild() {
    pairs_.clear();
    switch (kind()) {
    case CurveKind::smoothness:
        figure_ = smoothnessFigure(pairs_);
        break;
    case CurveKind::retention:
        figure_ = retentionFigure(pairs_);
        break;
    case CurveKind::readout:
        figure_ = readoutFigure(pairs_);
        break;
    }
    const auto dataset = session_.dataset();
    const bool empty = figure_.curves.empty();
    const bool lacksStatistics =
        dataset && dataset->images.statistics.empty() && kind() != CurveKind::smoothness;
    const bool hasPictures = dataset && (dataset->images.thumbnails || !dataset->images.paths.empty());
    plot_->setVisible(!empty);
    message_->setVisible(empty);
    remedy_->setVisible(empty && lacksStatistics && hasPictures);
    remedy_->setText(QStringLiteral("Compute image statistics"));
    if (empty)
        message_->setText(
            !dataset ? QString()
            : lacksStatistics
                ? (hasPictures ? QStringLiteral("This file has no low-level image statistics. They can be "
                                                "computed from its pictures.")
                               : QStringLiteral("This file has neither image statistics nor pictures. Attach "
                                                "the folder of images (File menu) to compute them."))
            : session_.computing() || kind() == CurveKind::readout
                ? QStringLiteral("Computing …")
                : QStringLiteral("There is no model with two or more shown layers."));
    redraw();
    refreshHighlight();
    Q_EMIT explanationChanged();
}

void CurvesView::redraw() {
    if (plot_->width() < 20 || style_.font.family().isEmpty())
        return;
    applyCurves(*plot_, figure_, style_);
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void CurvesView::refreshHighlight() {
    const auto& hovered = selection_.hoveredPair();
    const auto& wanted = hovered ? hovered : selection_.picked().pair;
    std::optional<CurvePoint> found;
    for (std::size_t c = 0; wanted && c < pairs_.size() && !found; ++c)
        for (std::size_t p = 0; p < pairs_[c].size(); ++p)
            if (pairs_[c][p] == *wanted)
                found = CurvePoint{c, p};
    if (found == figure_.highlighted)
        return;
    figure_.highlighted = found;
    redraw();
}

void CurvesView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    redraw();
}

std::optional<CurvePoint> CurvesView::pointNear(QPointF position) const {
    std::optional<CurvePoint> nearest;
    double least = 14.0 * 14.0;
    for (std::size_t c = 0; c < figure_.curves.size(); ++c)
        for (std::size_t p = 0; p < figure_.curves[c].value.size(); ++p) {
            if (!std::isfinite(figure_.curves[c].value[p]))
                continue;
            const QPointF apart = position - QPointF(plot_->xAxis->coordToPixel(figure_.curves[c].depth[p]),
                                                     plot_->yAxis->coordToPixel(figure_.curves[c].value[p]));
            if (QPointF::dotProduct(apart, apart) < least) {
                least = QPointF::dotProduct(apart, apart);
                nearest = CurvePoint{c, p};
            }
        }
    return nearest;
}

bool CurvesView::eventFilter(QObject* watched, QEvent* event) {
    if (watched != plot_)
        return QWidget::eventFilter(watched, event);
    if (event->type() == QEvent::Resize) {
        QMetaObject::invokeMethod(this, &CurvesView::redraw, Qt::QueuedConnection);
    } else if (event->type() == QEvent::Leave) {
        selection_.hoverPair(std::nullopt);
    } else if (event->type() == QEvent::MouseMove || event->type() == QEvent::MouseButtonPress) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const auto point = pointNear(mouse->position());
        if (event->type() == QEvent::MouseMove)
            selection_.hoverPair(point ? std::optional(pairs_[point->curve][point->point]) : std::nullopt);
        else if (point)
            selection_.pickPair(pairs_[point->curve][point->point]);
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace stratoscope::ui
