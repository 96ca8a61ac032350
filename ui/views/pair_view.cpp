#include "ui/views/pair_view.h"

#include "core/analysis/model_pair.h"
#include "ui/painting/layer_name.h"
#include "ui/painting/text.h"
#include "ui/verdict.h"
#include "ui/views/card.h"

#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace stratoscope::ui {
namespace {

constexpr int mostOthers = 6; // measures of a pair besides that of the matrix

// No finer than its error, and what rounding makes of nothing is nothing.
QString measured(double value, double error) {
    constexpr double least = 1e-6;
    constexpr double finest = 0.00095; // what has three decimals
    if (std::abs(value) < (error >= finest ? 0.0005 : least))
        value = 0.0;
    else if (std::abs(value) < finest && error >= finest)
        value = std::copysign(0.001, value);
    return shortNumber(value);
}

QString errorOf(const Comparison& comparison, std::size_t row, std::size_t column) {
    const double error =
        comparison.standard_error.empty() ? std::nan("") : comparison.standard_error(row, column);
    return std::isfinite(error) ? QStringLiteral(" ± ") + measured(error, std::nan("")) : QString();
}

QString valueOf(const Comparison& comparison, std::size_t row, std::size_t column) {
    return measured(comparison.value(row, column),
                    comparison.standard_error.empty() ? 0.0 : comparison.standard_error(row, column));
}

QString bigNumber(const Comparison& comparison, std::size_t row, std::size_t column) {
    return QStringLiteral("<span style='font-size:17pt;font-weight:600'>%1</span>"
                          "<span style='font-size:10pt'>%2</span>")
        .arg(valueOf(comparison, row, column), errorOf(comparison, row, column));
}

} // namespace

QString valueWithError(const Comparison& comparison, std::size_t row, std::size_t column) {
    return valueOf(comparison, row, column) + errorOf(comparison, row, column);
}

QString shortTitle(const std::string& measure) {
    const measures::MeasureInfo* info = measures::find_measure(measure);
    if (info == nullptr)
        return QString::fromStdString(measure);
    // "RSA, Pearson" and the like: a lone r says too little.
    return info->group == measures::MeasureGroup::distances &&
                   !text(info->symbol).startsWith(QLatin1Char('d'))
               ? text(info->in_text)
               : text(info->symbol);
}

PairView::PairView(Session& session, Selection& selection, PairInspector& inspector, QWidget* parent)
    : QWidget(parent), session_(session), selection_(selection), inspector_(inspector),
      heading_(new QLabel(this)), forward_(new QLabel(this)), forwardWords_(new ElidingLabel(this)),
      backward_(new QLabel(this)), backwardWords_(new ElidingLabel(this)), others_(new QLabel(this)),
      facts_(new ElidingLabel(this)), sensitivity_(new SensitivityView(session, inspector.facts(), this)),
      planeTabs_(new QTabBar(this)), plane_(new PlaneView(session, selection, inspector, this)) {
    setObjectName(QStringLiteral("pairView"));
    heading_->setObjectName(QStringLiteral("pairHeading"));
    forward_->setObjectName(QStringLiteral("pairForward"));
    backward_->setObjectName(QStringLiteral("pairBackward"));
    others_->setObjectName(QStringLiteral("pairOthers"));
    heading_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed); // it is worded to fit
    heading_->installEventFilter(this);
    others_->setWordWrap(true);
    facts_->setObjectName(QStringLiteral("muted"));
    planeTabs_->setObjectName(QStringLiteral("planeTabs"));
    planeTabs_->addTab(QStringLiteral("two directions"));
    planeTabs_->addTab(QStringLiteral("two measures"));
    planeTabs_->setDrawBase(false);
    planeTabs_->setExpanding(false);
    planeTabs_->hide();
    auto* directions = new QGridLayout;
    directions->setHorizontalSpacing(10);
    directions->setVerticalSpacing(0);
    directions->setColumnStretch(1, 1);
    directions->addWidget(forward_, 0, 0);
    directions->addWidget(forwardWords_, 0, 1);
    directions->addWidget(backward_, 1, 0);
    directions->addWidget(backwardWords_, 1, 1);
    auto* top = new QHBoxLayout;
    top->setSpacing(8);
    top->addWidget(heading_, 1);
    top->addWidget(planeTabs_);
    auto* numbers = new QVBoxLayout;
    numbers->setSpacing(4);
    numbers->addLayout(directions);
    numbers->addWidget(others_);
    numbers->addWidget(facts_);
    numbers->addWidget(sensitivity_, 100);
    numbers->addStretch(1); // for measures without that curve
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    row->addLayout(numbers, 12);
    row->addWidget(plane_, 9);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(top);
    column->addLayout(row, 1);
    connect(&session, &Session::comparisonChanged, this, [this] {
        refreshPlane(); // what room there is beside it follows
        refresh();
    });
    connect(&selection, &Selection::changed, this, &PairView::refresh);
    connect(&selection, &Selection::hoverChanged, this, &PairView::refresh);
    connect(&inspector.facts(), &PairFacts::changed, this, &PairView::refreshOthers);
    connect(planeTabs_, &QTabBar::currentChanged, this,
            [this](int index) { plane_->setKind(static_cast<PlaneKind>(index)); });
}

void PairView::setStyle_(const Style& style) {
    style_ = style;
    plane_->setStyle_(style);
    sensitivity_->setStyle_(style);
    refresh();
}

// Two measures are drawn against each other as soon as there are two; the directions are a tab away.
void PairView::refreshPlane() {
    const auto comparison = session_.comparison();
    const bool two = session_.beside() != nullptr;
    const bool offered = two && comparison && comparison->directed();
    if (two && planeTabs_->isHidden() && plane_->kind() == PlaneKind::directions)
        planeTabs_->setCurrentIndex(static_cast<int>(PlaneKind::twoMeasures));
    else if (!two)
        planeTabs_->setCurrentIndex(static_cast<int>(PlaneKind::directions));
    planeTabs_->setVisible(offered);
}

std::optional<LayerPair> PairView::shownPair() const {
    return selection_.hoveredPair() ? selection_.hoveredPair() : selection_.picked().pair;
}

void PairView::refreshOthers() {
    QStringList parts;
    QStringList explained;
    QString rows;
    const bool wide = plane_->isHidden();
    const auto* others = inspector_.facts().others();
    for (std::size_t i = 0; others != nullptr && i < others->size(); ++i) {
        const Comparison& one = (*others)[i];
        const measures::MeasureInfo* info = measures::find_measure(one.definition.measure);
        const std::size_t to = one.columns.size() - 1;
        if (one.definition.measure == session_.settings().measure || info == nullptr)
            continue;
        // A number and its unit are never torn apart.
        const QString brief = shortTitle(one.definition.measure);
        parts << QStringLiteral("%1\u00a0%2").arg(brief, valueOf(one, 0, to));
        const QString title = text(info->title);
        const QString forward = valueWithError(one, 0, to);
        QString values = forward;
        if (one.directed())
            values += QStringLiteral(", back %1").arg(valueWithError(one, to, 0));
        explained << QStringLiteral("%1: %2").arg(title, values);
        rows += QStringLiteral("<tr><td style='color:%1;padding-right:14px'>%2</td><td>%3</td></tr>")
                    .arg(style_.muted.name(), wide ? title : brief, wide ? values : forward);
    }
    const bool list = roomForList();
    others_->setText(list ? QStringLiteral("<table cellspacing='0' cellpadding='0'>%1</table>").arg(rows)
                          : parts.join(QStringLiteral("\u00a0· ")));
    const int height = linesOfOthers() * others_->fontMetrics().lineSpacing() + 2;
    while (!list && parts.size() > 1 && others_->heightForWidth(others_->width()) > height) {
        parts.removeLast(); // the tooltip has all
        others_->setText(parts.join(QStringLiteral("\u00a0· ")) + QStringLiteral("\u00a0· …"));
    }
    others_->setToolTip(list && wide ? QString() : explained.join(QLatin1Char('\n')));
    others_->setFixedHeight(height);
}

// Where no curve is drawn below, the other measures have a line each, with their errors.
bool PairView::roomForList() const {
    const int lines = mostOthers * others_->fontMetrics().lineSpacing();
    return sensitivity_->isHidden() && others_->y() + lines + facts_->sizeHint().height() + 8 <= height();
}

// Always as many, answered or not: what comes below must not jump while the mouse moves over the matrix.
int PairView::linesOfOthers() const {
    if (roomForList())
        return mostOthers;
    const int length =
        mostOthers * others_->fontMetrics().horizontalAdvance(QStringLiteral("CKNNA 0.087 · "));
    constexpr double untidy = 1.05; // lines end before a name, not within
    return std::clamp(static_cast<int>(std::ceil(untidy * length / std::max(1, others_->width()))), 1, 3);
}

// Its width changes with the tabs beside it, too.
bool PairView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == heading_ && event->type() == QEvent::Resize)
        refreshHeading();
    return QWidget::eventFilter(watched, event);
}

void PairView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    refreshOthers();
}

// With the models' titles where they fit, else the layers alone in their models' colours.
void PairView::refreshHeading() {
    const auto comparison = session_.comparison();
    const auto pair = shownPair();
    const auto cell = comparison && pair ? cellOfPair(*comparison, *pair) : std::nullopt;
    if (!cell) {
        heading_->setText(comparison
                              ? QStringLiteral("Click a cell to see how well its row predicts its column.")
                              : QString());
        return;
    }
    const ComparedLayer& from = comparison->rows[cell->first];
    const ComparedLayer& to = comparison->columns[cell->second];
    const QString arrow = comparison->directed() ? QStringLiteral(" → ") : QStringLiteral(" and ");
    const QFontMetrics metrics(style_.bold());
    const auto fits = [&](const QString& words) {
        return metrics.horizontalAdvance(words) <= heading_->width();
    };
    const bool whole = fits(fullName(from) + arrow + fullName(to));
    const bool brief =
        !whole && !fits(QString::fromStdString(from.layer) + arrow + QString::fromStdString(to.layer));
    const int half = (heading_->width() - metrics.horizontalAdvance(arrow)) / 2;
    const auto coloured = [&](const ComparedLayer& layer, const QString& own) {
        const auto at = session_.modelColours().find(layer.model);
        const QString colour =
            (at == session_.modelColours().end() ? style_.muted : style_.model(at->second)).name();
        const QString name =
            (brief ? elidedName(metrics, own, half) : QString::fromStdString(layer.layer)).toHtmlEscaped();
        return whole ? QStringLiteral("<span style='color:%1'>%2</span> <b>%3</b>")
                           .arg(colour, QString::fromStdString(layer.model_title).toHtmlEscaped(), name)
                     : QStringLiteral("<b style='color:%1'>%2</b>").arg(colour, name);
    };
    heading_->setText(coloured(from, ownNames(comparison->rows)[cell->first]) + arrow +
                      coloured(to, ownNames(comparison->columns)[cell->second]));
    heading_->setToolTip(fullName(from) + arrow + fullName(to));
}

void PairView::refresh() {
    const auto comparison = session_.comparison();
    const auto pair = shownPair();
    const auto cell = comparison && pair ? cellOfPair(*comparison, *pair) : std::nullopt;
    for (QWidget* part :
         std::initializer_list<QWidget*>{forward_, forwardWords_, backward_, backwardWords_, others_, facts_})
        part->setVisible(cell.has_value());
    refreshHeading();
    if (!cell)
        return;
    refreshNumbers(*comparison, *pair);
    refreshFacts(*comparison, comparison->rows[cell->first], comparison->columns[cell->second]);
    refreshOthers();
}

void PairView::refreshNumbers(const Comparison& comparison, const LayerPair& pair) {
    const auto there = cellOfPair(comparison, pair);
    const auto back = cellOfPair(comparison, {pair.to, pair.from});
    const bool bothWays = comparison.directed() && back;
    backward_->setVisible(bothWays);
    backwardWords_->setVisible(bothWays);
    forward_->setText(bigNumber(comparison, there->first, there->second));
    if (!comparison.directed()) {
        forwardWords_->setFullText(comparison.definition.sense == Sense::similarity
                                       ? QStringLiteral("1 = same")
                                       : QStringLiteral("0 = same"));
        return;
    }
    const auto worded = [&](ElidingLabel* label, std::pair<std::size_t, std::size_t> cell,
                            const QString& way) {
        const Verdict found = verdict(comparison, cell.first, cell.second);
        const QString whole = QString::fromStdString(comparison.rows[cell.first].layer) + QLatin1Char(' ') +
                              found.of(QString::fromStdString(comparison.columns[cell.second].layer));
        label->setFullText(whole, {way + found.words, found.words, found.brief, QString()});
        label->setToolTip(whole + QLatin1Char('\n') + found.explanation);
    };
    worded(forwardWords_, *there, QString());
    if (!bothWays)
        return;
    backward_->setText(bigNumber(comparison, back->first, back->second));
    worded(backwardWords_, *back, QStringLiteral("back: "));
}

void PairView::refreshFacts(const Comparison& comparison, const ComparedLayer& from,
                            const ComparedLayer& to) {
    QStringList facts;
    QStringList brief;
    QString shortest;
    QStringList explained;
    if (from.model != to.model && from.family != statistics_family && to.family != statistics_family) {
        if (from.pooling != to.pooling) {
            brief << QStringLiteral("pooled differently");
            facts << QStringLiteral("pooled differently (%1, %2)")
                         .arg(QString::fromStdString(from.pooling), QString::fromStdString(to.pooling));
            explained << QStringLiteral("The two layers were pooled differently: compare with care.");
        }
        const auto same = analysis::same_position(comparison, from.model, to.model);
        if (std::isfinite(same.diagonal_mean) && std::isfinite(same.rest_mean)) {
            const bool distance = comparison.definition.sense == Sense::distance;
            facts << QStringLiteral("at the same depth %1, elsewhere %2")
                         .arg(shortNumber(distance ? same.diagonal_mean : 1.0 - same.diagonal_mean),
                              shortNumber(distance ? same.rest_mean : 1.0 - same.rest_mean));
            shortest = QStringLiteral("same depth %1")
                           .arg(shortNumber(distance ? same.diagonal_mean : 1.0 - same.diagonal_mean));
            brief << QStringLiteral("same depth %1, else %2")
                         .arg(shortNumber(distance ? same.diagonal_mean : 1.0 - same.diagonal_mean),
                              shortNumber(distance ? same.rest_mean : 1.0 - same.rest_mean));
            explained << QStringLiteral("Means over the two models: their layers at the same depth, and all "
                                        "others, of which %1 % are less alike.")
                             .arg(std::lround(100.0 * same.diagonality));
        }
    }
    facts_->setFullText(
        facts.join(QStringLiteral(" · ")),
        {brief.join(QStringLiteral(" · ")), brief.isEmpty() ? QString() : brief.front(), shortest});
    facts_->setToolTip((facts + explained).join(QLatin1Char('\n')));
}

} // namespace stratoscope::ui
