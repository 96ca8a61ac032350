#include "ui/views/curves_view.h"

#include "ui/painting/qcustomplot.h"
#include "ui/painting/text.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QTabBar>
#include <QToolTip>
#include <QVBoxLayout>

#include <cmath>

namespace stratoscope::ui {
namespace {

QString readoutTab() {
    return QStringLiteral("Linear readout");
}

} // namespace

CurvesView::CurvesView(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent), session_(session), selection_(selection), tabs_(new QTabBar(this)),
      statistic_(new QComboBox(this)), plot_(new QCustomPlot(this)), message_(new QLabel(this)),
      remedy_(new QPushButton(this)) {
    tabs_->setObjectName(QStringLiteral("curveTabs"));
    tabs_->addTab(QStringLiteral("Smoothness"));
    tabs_->addTab(QStringLiteral("Retention"));
    tabs_->addTab(readoutTab());
    tabs_->addTab(QStringLiteral("Dimension"));
    tabs_->setTabToolTip(0, QStringLiteral("How much each model changes from one step to the next"));
    tabs_->setTabToolTip(1, QStringLiteral("Do neighbourhoods still follow what the picture looks like?"));
    tabs_->setTabToolTip(
        2,
        QStringLiteral("How well can low-level statistics be read from each layer by a linear regression?"));
    tabs_->setTabToolTip(
        3, QStringLiteral("How many coordinates the images of each layer would need (intrinsic dimension)"));
    tabs_->setDrawBase(false);
    tabs_->setExpanding(false);
    tabs_->setUsesScrollButtons(false); // a tab beyond the edge is not found: names give way instead
    tabs_->setElideMode(Qt::ElideRight);
    statistic_->setObjectName(QStringLiteral("statisticChoice"));
    statistic_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    plot_->setObjectName(QStringLiteral("curvePlot"));
    plot_->setMouseTracking(true);
    plot_->installEventFilter(this);
    plot_->setMinimumSize(200, 94);
    message_->setWordWrap(true);
    message_->setAlignment(Qt::AlignCenter);
    message_->setObjectName(QStringLiteral("muted"));
    remedy_->setObjectName(QStringLiteral("computeStatistics"));

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(tabs_, 0, Qt::AlignLeft);
    column->addWidget(plot_, 1);
    column->addWidget(message_, 1);
    column->addWidget(remedy_, 0, Qt::AlignHCenter);

    connect(tabs_, &QTabBar::currentChanged, this, [this] {
        computeWhatIsMissing();
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
        computeWhatIsMissing();
        rebuild();
    });
    connect(&session, &Session::decodabilityChanged, this, &CurvesView::rebuild);
    connect(&session, &Session::dimensionsChanged, this, [this] {
        computeWhatIsMissing(); // other settings void what was computed
        updateStatisticChoices();
        rebuild();
    });
    connect(&session, &Session::datasetChanged, this, &CurvesView::computeWhatIsMissing);
    connect(&selection, &Selection::hoverChanged, this, &CurvesView::refreshHighlight);
    connect(&selection, &Selection::changed, this, &CurvesView::refreshHighlight);
    updateStatisticChoices();
    rebuild();
}

void CurvesView::setStyle_(const Style& style) {
    style_ = style;
    fitTabs();
    redraw();
}

CurveKind CurvesView::kind() const {
    return static_cast<CurveKind>(tabs_->currentIndex());
}

void CurvesView::setKind(CurveKind kind) {
    tabs_->setCurrentIndex(static_cast<int>(kind));
}

QStringList CurvesView::explanation() const {
    const auto comparison = session_.comparison();
    const QString ways =
        !comparison || comparison->directed() ? QStringLiteral(" (solid) and back (dashed)") : QString();
    const QString back = ways.isEmpty() ? QString() : QStringLiteral(" (dashed: back)");
    switch (kind()) {
    case CurveKind::smoothness:
        return {QStringLiteral("each layer to the next") + ways, QStringLiteral("each layer to the next")};
    case CurveKind::retention:
        return {QStringLiteral("layer → image statistics%1; low = neighbourhoods follow them").arg(ways),
                QStringLiteral("low = neighbourhoods follow image statistics") + back,
                QStringLiteral("low = follows statistics") + back,
                QStringLiteral("low = follows image statistics")};
    case CurveKind::readout:
        return {QStringLiteral("R² of a cross-validated linear regression; 1 = can be read in full"),
                QStringLiteral("R² of a linear regression; 1 = read in full"),
                QStringLiteral("1 = can be read in full")};
    case CurveKind::dimension:
        return {QStringLiteral("coordinates that a layer's images need"),
                QStringLiteral("coordinates needed")};
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
    const std::vector<std::size_t> scales =
        kind() == CurveKind::dimension ? dimensionScales(session_) : std::vector<std::size_t>();
    if (!scales.empty())
        choices << QStringLiteral("2NN");
    for (const std::size_t scale : scales)
        choices << QStringLiteral("Gride, neighbour %1").arg(scale);
    statistic_->setToolTip(
        kind() == CurveKind::dimension
            ? QStringLiteral("2NN is the dimension at the finest scale; Gride's grows coarser "
                             "with the neighbour it looks at")
            : QStringLiteral("Which of the images' low-level statistics"));
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
    for (std::size_t i = 0; i < scales.size(); ++i)
        statistic_->setItemData(static_cast<int>(i) + 1, static_cast<qulonglong>(scales[i]));
    statistic_->setCurrentIndex(std::max(0, statistic_->findText(before)));
}

LinkedCurves CurvesView::curvesOf(CurveKind wanted) const {
    // The choice beside the tabs belongs to the open tab; another kind is drawn as it is at first.
    const bool open = wanted == kind() && statistic_->count() > 0;
    switch (wanted) {
    case CurveKind::smoothness:
        return smoothnessCurves(session_);
    case CurveKind::retention:
        return retentionCurves(session_, open ? statistic_->currentText().toStdString() : "all");
    case CurveKind::readout:
        return readoutCurves(session_,
                             open && statistic_->currentIndex() > 0
                                 ? std::optional(static_cast<std::size_t>(statistic_->currentIndex() - 1))
                                 : std::nullopt);
    case CurveKind::dimension:
        break;
    }
    return dimensionCurves(session_,
                           open ? static_cast<std::size_t>(statistic_->currentData().toULongLong()) : 0);
}

QString CurvesView::chosenFor(CurveKind wanted) const {
    if (wanted == kind() && statistic_->count() > 0)
        return statistic_->currentText();
    switch (wanted) {
    case CurveKind::smoothness:
        break;
    case CurveKind::retention:
        return QStringLiteral("all");
    case CurveKind::readout:
        return QStringLiteral("mean of all");
    case CurveKind::dimension:
        return QStringLiteral("2NN");
    }
    return {};
}

void CurvesView::computeWhatIsMissing() {
    if (kind() == CurveKind::readout)
        session_.computeDecodability();
    else if (kind() == CurveKind::dimension)
        session_.computeDimensions();
}

void CurvesView::rebuild() {
    LinkedCurves curves = curvesOf(kind());
    figure_ = std::move(curves.figure);
    pairs_ = std::move(curves.pairs);
    const auto dataset = session_.dataset();
    const bool empty = figure_.curves.empty();
    const bool lacksStatistics = dataset && dataset->images.statistics.empty() &&
                                 (kind() == CurveKind::retention || kind() == CurveKind::readout);
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
            : session_.computing() || kind() == CurveKind::readout || kind() == CurveKind::dimension
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
            if (pairs_[c][p] == *wanted ||
                (pairs_[c][p].from == pairs_[c][p].to && pairs_[c][p].from == wanted->from))
                found = CurvePoint{c, p};
    if (found == figure_.highlighted)
        return;
    figure_.highlighted = found;
    redraw();
}

// In a narrow card the longest name is the first to be shorter.
void CurvesView::fitTabs() {
    constexpr int readout = static_cast<int>(CurveKind::readout);
    tabs_->setTabText(readout, readoutTab());
    if (tabs_->sizeHint().width() > width())
        tabs_->setTabText(readout, QStringLiteral("Readout"));
}

void CurvesView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitTabs();
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
