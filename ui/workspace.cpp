#include "ui/workspace.h"

#include "ui/measure_box.h"
#include "ui/painting/layer_name.h"
#include "ui/painting/text.h"
#include "ui/views/card.h"
#include "ui/views/curves_view.h"
#include "ui/views/gallery_view.h"
#include "ui/views/layers_panel.h"
#include "ui/views/matrix_view.h"
#include "ui/views/neighbours_view.h"
#include "ui/views/pair_view.h"

#include <QComboBox>
#include <QDataStream>
#include <QIODevice>
#include <QPainter>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStandardItemModel>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

namespace stratoscope::ui {
namespace {

constexpr int rankings = 4; // specific or raw, there or back
constexpr int firstRaw = 2;

RankingChoice rankingOf(int index) {
    return {index < firstRaw, index % 2 == 0};
}

int indexOf(RankingChoice ranking) {
    return (ranking.specificToPair ? 0 : firstRaw) + (ranking.forward ? 0 : 1);
}

QSplitter* splitter(Qt::Orientation orientation, std::initializer_list<QWidget*> parts,
                    const QList<int>& sizes) {
    auto* out = new QSplitter(orientation);
    out->setHandleWidth(8);
    out->setChildrenCollapsible(false);
    for (QWidget* part : parts)
        out->addWidget(part);
    out->setSizes(sizes);
    for (int i = 0; i < out->count(); ++i)
        out->setStretchFactor(i, sizes[i]);
    return out;
}

} // namespace

Workspace::Workspace(Session& session, Selection& selection, PairInspector& inspector,
                     ThumbnailCache& thumbnails, QWidget* parent)
    : QWidget(parent), session_(session), selection_(selection), inspector_(inspector),
      thumbnails_(thumbnails), layers_(new LayersPanel(session, selection)),
      matrix_(new MatrixView(session, selection, inspector)), curves_(new CurvesView(session, selection)),
      pair_(new PairView(session, selection, inspector)),
      gallery_(new GalleryView(session, selection, inspector, thumbnails)),
      neighbours_(new NeighboursView(session, selection, inspector, thumbnails)),
      layersCard_(new Card(QStringLiteral("Layers"))), matrixCard_(new Card(QStringLiteral("Comparison"))),
      curvesCard_(new Card(QStringLiteral("Along the depth"))), pairCard_(new Card({})),
      galleryCard_(new Card(QStringLiteral("Images that make them differ"))),
      neighboursCard_(new Card(QStringLiteral("Image"))), readout_(new ElidingLabel),
      allModels_(new QToolButton), besideLabel_(new QLabel(QStringLiteral("beside"))),
      beside_(new MeasureBox(MeasureBox::Extra::none)), ranking_(new QComboBox), attach_(new QToolButton) {
    setObjectName(QStringLiteral("workspace"));
    buildCards();
    upper_ = splitter(Qt::Horizontal, {layersCard_, matrixCard_, right_}, {262, 618, 500});
    lower_ = splitter(Qt::Horizontal, {galleryCard_, neighboursCard_}, {700, 600});
    whole_ = splitter(Qt::Vertical, {upper_, lower_}, {560, 290});
    whole_->setParent(this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 10, 10, 8);
    column->addWidget(whole_);

    connect(&session, &Session::comparisonChanged, this, &Workspace::refreshMatrixCard);
    connect(&session, &Session::comparisonChanged, this, &Workspace::refreshReadout);
    connect(&session, &Session::datasetChanged, this, &Workspace::refreshGalleryCard);
    connect(&session, &Session::settingsChanged, this, &Workspace::refreshMatrixCard);
    connect(&selection, &Selection::changed, this, &Workspace::refreshMatrixCard);
    connect(&selection, &Selection::changed, this, &Workspace::refreshReadout);
    connect(&selection, &Selection::hoverChanged, this, &Workspace::refreshReadout);
    connect(&inspector, &PairInspector::divergenceChanged, this, &Workspace::refreshGalleryCard);
    const auto explainCurves = [this] {
        const QStringList wordings = curves_->explanation();
        curvesCard_->setSubtitle(wordings.value(0), wordings.mid(1));
    };
    connect(curves_, &CurvesView::explanationChanged, this, explainCurves);
    connect(layers_, &LayersPanel::summaryChanged, this,
            [this] { layersCard_->setSubtitle(layers_->summary()); });
    connect(&session, &Session::datasetChanged, this, &Workspace::refreshPictures);
    connect(&session, &Session::imagesChanged, this, &Workspace::refreshPictures);
    explainCurves();
    refreshPictures();
    refreshMatrixCard();
    refreshGalleryCard();
}

void Workspace::buildCards() {
    allModels_->setObjectName(QStringLiteral("allModels"));
    allModels_->setText(QStringLiteral("All models"));
    allModels_->setToolTip(QStringLiteral("Back to all models at once (Esc, or a double click)"));
    connect(allModels_, &QToolButton::clicked, this, [this] { selection_.pickBlock(std::nullopt); });
    readout_->setObjectName(QStringLiteral("readout"));
    ranking_->setObjectName(QStringLiteral("rankingChoice"));
    ranking_->addItems({QStringLiteral("specific to this pair, there"),
                        QStringLiteral("specific to this pair, back"),
                        QStringLiteral("raw divergence, there"), QStringLiteral("raw divergence, back")});
    ranking_->setToolTip(QStringLiteral(
        "Raw: each image's own part of the measure. Specific: less what the image does in every cell,\n"
        "since an image that stands out everywhere says nothing of this pair; it takes the finished matrix\n"
        "of information imbalance."));
    connect(ranking_, &QComboBox::currentIndexChanged, this, &Workspace::setRankingFromChoice);
    static_assert(rankings == 4);

    layersCard_->setBody(layers_);
    layersCard_->setMinimumWidth(195);
    besideLabel_->setObjectName(QStringLiteral("muted"));
    besideLabel_->setBuddy(beside_);
    beside_->setObjectName(QStringLiteral("besideChoice"));
    beside_->setAccessibleName(QStringLiteral("A second measure beside the first"));
    beside_->setMinimumContentsLength(10);
    connect(beside_, &QComboBox::activated, this, [this](int index) {
        Settings settings = session_.settings();
        const QString name = beside_->itemData(index).toString();
        settings.beside = name.isEmpty() ? std::nullopt : std::optional(name.toStdString());
        session_.setSettings(settings);
    });
    matrixCard_->addControl(besideLabel_);
    matrixCard_->addControl(beside_);
    matrixCard_->addControl(allModels_);
    matrixCard_->setBody(matrix_);
    matrixCard_->addBelow(readout_);
    curvesCard_->addControl(curves_->choice());
    curvesCard_->setBody(curves_);
    pairCard_->setBody(pair_);
    galleryCard_->addControl(ranking_);
    galleryCard_->setBody(gallery_);
    attach_->setObjectName(QStringLiteral("attachPictures"));
    attach_->setText(QStringLiteral("Attach pictures…"));
    attach_->setToolTip(QStringLiteral(
        "What is open has no pictures. Choose the folder they are in; they are found by the images' ids."));
    connect(attach_, &QToolButton::clicked, this, &Workspace::picturesWanted);
    neighboursCard_->addControl(attach_);
    neighboursCard_->setBody(neighbours_);
    right_ = splitter(Qt::Vertical, {curvesCard_, pairCard_}, {285, 265});
}

void Workspace::setStyle_(const Style& style) {
    layers_->setStyle_(style);
    matrix_->setStyle_(style);
    curves_->setStyle_(style);
    pair_->setStyle_(style);
    gallery_->setStyle_(style);
    neighbours_->setStyle_(style);
}

void Workspace::setPathsShown(bool shown) {
    matrix_->setPathsShown(shown);
}

void Workspace::refreshMatrixCard() {
    const auto comparison = session_.comparison();
    const auto& block = selection_.picked().block;
    allModels_->setVisible(block.has_value());
    beside_->choose(QString::fromStdString(session_.settings().beside.value_or(std::string())));
    beside_->setToolTip(QStringLiteral("A second measure of the same layers, to see where the two disagree"));
    if (!comparison) {
        matrixCard_->setTitle(QStringLiteral("Comparison"));
        matrixCard_->setSubtitle({});
        return;
    }
    const measures::MeasureInfo* info = measures::find_measure(comparison->definition.measure);
    matrixCard_->setTitle(info == nullptr ? QStringLiteral("Comparison") : text(info->title));
    QStringList parts;
    const QString going = session_.computing() ? QStringLiteral("recomputing") : QStringLiteral("stopped");
    if (session_.stale())
        parts << QStringLiteral("of earlier settings, ") + going;
    else if (session_.imagesDone())
        parts << (session_.computing() ? QStringLiteral("from the first %1 of %2 images")
                                       : QStringLiteral("stopped after %1 of %2 images"))
                     .arg(*session_.imagesDone())
                     .arg(comparison->definition.images);
    const QString same = comparison->definition.sense == Sense::distance ? QStringLiteral("dark = same")
                                                                         : QStringLiteral("dark = same (1)");
    const QString reading = comparison->directed() ? QStringLiteral("row predicts column") : same;
    QStringList shorter{(parts + QStringList{reading}).join(QStringLiteral(" · "))};
    // In the narrowest place what is not usual comes first: that this is not the answer yet.
    if (session_.stale())
        shorter << parts.front() << going;
    else if (session_.imagesDone())
        shorter << parts.front()
                << (session_.computing() ? QStringLiteral("first %1 images")
                                         : QStringLiteral("stopped at %1 images"))
                       .arg(*session_.imagesDone());
    else if (comparison->directed())
        shorter << QStringLiteral("row → column") << QString();
    else if (comparison->definition.sense == Sense::similarity)
        shorter << QStringLiteral("dark = 1") << QString();
    parts << (comparison->directed() ? reading : QStringLiteral("row and column alike")) << same;
    if (session_.beside() && (session_.imagesDone() || session_.besideStale()))
        parts << QStringLiteral("the second measure is not finished");
    matrixCard_->setSubtitle(parts.join(QStringLiteral(" · ")), shorter);
    QStringList hints{QStringLiteral("Click a cell to see the images behind it."),
                      block ? QStringLiteral("Esc or a double click leads back to all models.")
                            : QStringLiteral("A double click fills the view with the block of two models.")};
    if (comparison->definition.pooling == "mixed")
        hints << QStringLiteral("A cut corner marks two models that were pooled differently.");
    if (!session_.computing() && !session_.finished())
        hints << QStringLiteral("The comparison was stopped; F5 computes it from the start.");
    hints << QStringLiteral("White lines: the best match of each layer, where models match at all.");
    matrix_->setToolTip(hints.join(QLatin1Char('\n')));
}

void Workspace::refreshReadout() {
    const auto comparison = session_.comparison();
    const auto& hovered = selection_.hoveredPair();
    const auto& pair = hovered ? hovered : selection_.picked().pair;
    const auto cell = pair ? inspector_.cellOf(*pair) : std::nullopt;
    if (!comparison || !cell) {
        readout_->setFullText(
            comparison ? QStringLiteral("Hover over a cell to read it; click to see the images behind it.")
                       : QString());
        return;
    }
    const auto [row, column] = *cell;
    const ComparedLayer& from = comparison->rows[row];
    const ComparedLayer& to = comparison->columns[column];
    const QString arrow = comparison->directed() ? QStringLiteral("→") : QStringLiteral("and");
    QString values = valueWithError(*comparison, row, column);
    if (const auto beside = session_.beside()) {
        values = QStringLiteral("%1 %2").arg(shortTitle(comparison->definition.measure), values);
        if (const auto at = cellOfPair(*beside, *pair))
            values += QStringLiteral(" · %1 %2")
                          .arg(shortTitle(beside->definition.measure),
                               valueWithError(*beside, at->first, at->second));
    }
    if (comparison->directed())
        if (const auto back = inspector_.cellOf({pair->to, pair->from}))
            values +=
                QStringLiteral("   back: %1").arg(valueWithError(*comparison, back->first, back->second));
    // In a narrow window the names of the models give way first, then what the layers' names share, then
    // letters of these, then all of them; never a value.
    const auto worded = [&](const QString& first, const QString& second) {
        return QStringLiteral("%1 %2 %3: %4").arg(first, arrow, second, values);
    };
    const QString first = QString::fromStdString(from.layer);
    const QString second = QString::fromStdString(to.layer);
    QStringList shorter{worded(first, second)};
    const QString firstOwn = ownNames(comparison->rows)[row];
    const QString secondOwn = ownNames(comparison->columns)[column];
    for (const qsizetype letters : {24, 18, 13, 9, 6})
        shorter << worded(briefName(firstOwn, letters), briefName(secondOwn, letters));
    readout_->setFullText(worded(fullName(from), fullName(to)), shorter << values);
}

void Workspace::refreshPictures() {
    const auto dataset = session_.dataset();
    const auto thumbnails = dataset ? dataset->images.thumbnails : nullptr;
    thumbnails_.setSource(thumbnails);
    attach_->setVisible(dataset && !thumbnails);
}

// Where none is specific now, that wish stays what it was.
void Workspace::setRankingFromChoice() {
    RankingChoice ranking = rankingOf(ranking_->currentIndex());
    if (!inspector_.canBeSpecific())
        ranking.specificToPair = inspector_.ranking().specificToPair;
    inspector_.setRanking(ranking);
}

// The words are those of the order on the screen, which may be another than was wished for.
void Workspace::refreshRankingChoice() {
    const QSignalBlocker quiet(ranking_);
    const auto* entries = qobject_cast<QStandardItemModel*>(ranking_->model());
    for (int i = 0; i < firstRaw; ++i)
        entries->item(i)->setEnabled(inspector_.canBeSpecific());
    ranking_->setCurrentIndex(indexOf({inspector_.specific(), inspector_.ranking().forward}));
}

void Workspace::refreshGalleryCard() {
    ranking_->setVisible(inspector_.divergence().has_value() || inspector_.waiting());
    if (const auto& divergence = inspector_.divergence()) {
        refreshRankingChoice();
        const double reliability =
            inspector_.ranking().forward ? divergence->forward_reliability : divergence->backward_reliability;
        const QString reliable = QStringLiteral("reliability %1").arg(shortNumber(reliability));
        QString words = std::isfinite(reliability) ? QStringLiteral("split-half ") + reliable
                                                   : QStringLiteral("most divergent first");
        QStringList shorter{std::isfinite(reliability) ? reliable : words, QString()};
        const auto comparison = session_.comparison();
        const bool imbalance = comparison && comparison->definition.measure == "information_imbalance";
        if (inspector_.ranking().specificToPair && !inspector_.canBeSpecific()) {
            words =
                (imbalance && session_.computing() ? QStringLiteral("raw until the comparison is finished · ")
                 : imbalance                       ? QStringLiteral("raw: the comparison is not finished · ")
                                                   : QStringLiteral("raw, by information imbalance · ")) +
                words;
            shorter = words.split(QStringLiteral(" · ")).mid(0, 1);
        }
        galleryCard_->setTitle(QStringLiteral("Images that make them differ"));
        galleryCard_->setSubtitle(words, shorter);
    } else {
        galleryCard_->setTitle(QStringLiteral("Images"));
        galleryCard_->setSubtitle(
            inspector_.waiting() ? QStringLiteral("looking for those that make them differ …")
            : session_.dataset() && !selection_.picked().pair ? QStringLiteral("click a cell to sort them")
                                                              : QString());
    }
}

QWidget* Workspace::part(WorkspacePart part) const {
    switch (part) {
    case WorkspacePart::layers:
        return layersCard_;
    case WorkspacePart::matrix:
        return matrixCard_;
    case WorkspacePart::curves:
        return curvesCard_;
    case WorkspacePart::pair:
        return pairCard_;
    case WorkspacePart::gallery:
        return galleryCard_;
    case WorkspacePart::neighbours:
        break;
    }
    return neighboursCard_;
}

QByteArray Workspace::arrangement() const {
    QByteArray state;
    QDataStream out(&state, QIODevice::WriteOnly);
    for (const QSplitter* part : {upper_, right_, lower_, whole_})
        out << part->saveState();
    return state;
}

void Workspace::restoreArrangement(const QByteArray& state) {
    QDataStream in(state);
    for (QSplitter* part : {upper_, right_, lower_, whole_}) {
        QByteArray one;
        in >> one;
        if (in.status() == QDataStream::Ok && !one.isEmpty())
            part->restoreState(one);
    }
}

} // namespace stratoscope::ui
