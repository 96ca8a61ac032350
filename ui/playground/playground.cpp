#include "ui/playground/playground.h"

#include "ui/playground/bars_view.h"
#include "ui/playground/measure_views.h"
#include "ui/playground/playground_panel.h"
#include "ui/playground/scenes.h"
#include "ui/playground/square_view.h"
#include "ui/verdict.h"
#include "ui/views/card.h"

#include <QGridLayout>
#include <QLabel>
#include <QShortcut>
#include <QStyle>
#include <QVBoxLayout>

#include <cmath>

namespace stratoscope::ui {
namespace {

using namespace std::chrono_literals;

constexpr int animationMilliseconds = 320;
constexpr auto betweenDigits = 900ms;
constexpr std::size_t longestTrail = 120;
constexpr double trailStep = 0.008; // in Δ: less is not seen
constexpr int gap = 8;
constexpr int panelWidth = 206;

double distanceOf(QPointF a, QPointF b) {
    return std::hypot(a.x() - b.x(), a.y() - b.y());
}

} // namespace

Playground::Playground(JobRunner& runner, bool tourOffered, QWidget* parent)
    : QWidget(parent, Qt::Window), source_(runner, this),
      colours_(imageColours(examples().front().a, style_)), shownA_(arrangements_.places(Side::a)),
      shownB_(arrangements_.places(Side::b)), panel_(new PlaygroundPanel(arrangements_.examples(), this)),
      cardA_(new Card(QStringLiteral("Representation A"), this)),
      cardB_(new Card(QStringLiteral("Representation B"), this)), squareA_(new SquareView(this)),
      squareB_(new SquareView(this)), sentence_(new QLabel(this)), bars_(new BarsView(this)),
      formulaA_(new QLabel(this)), formulaB_(new QLabel(this)), range_(new QLabel(this)),
      plane_(new TwoWaysView(this)), words_(new QLabel(this)), measures_(new MeasuresView(this)) {
    setObjectName(QStringLiteral("playground"));
    setWindowTitle(QStringLiteral("Playground: what information imbalance means — Stratoscope"));
    panel_->setTourOffered(tourOffered);
    squareA_->setObjectName(QStringLiteral("squareA"));
    squareA_->setAccessibleName(QStringLiteral("Representation A"));
    squareB_->setObjectName(QStringLiteral("squareB"));
    squareB_->setAccessibleName(QStringLiteral("Representation B"));
    cardA_->setBody(squareA_);
    cardB_->setBody(squareB_);
    auto* cardPlane = new Card(QStringLiteral("Both directions"), this);
    cardPlane->setBody(plane_);
    cardPlane->addBelow(words_);
    words_->setObjectName(QStringLiteral("playgroundWords"));
    auto* cardMeasures = new Card(QStringLiteral("Other measures"), this);
    cardMeasures->setSubtitle(QStringLiteral("of the same points"),
                              {QStringLiteral("same points"), QString()});
    cardMeasures->setBody(measures_);
    auto* note =
        new QLabel(QStringLiteral("Δ and overlap ask only who is near. CKA, RSA and Procrustes look at "
                                  "all distances, the large ones most."),
                   this);
    note->setObjectName(QStringLiteral("muted"));
    note->setWordWrap(true);
    cardMeasures->addBelow(note);
    auto* cardStory = new Card(QString(), this);
    cardStory->setBody(buildStory());

    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(gap, gap, gap, gap);
    grid->setSpacing(gap);
    grid->addWidget(panel_, 0, 0, 2, 1);
    grid->addWidget(cardA_, 0, 1);
    grid->addWidget(cardB_, 0, 2);
    grid->addWidget(cardPlane, 0, 3);
    grid->addWidget(cardStory, 1, 1, 1, 2);
    grid->addWidget(cardMeasures, 1, 3);
    for (int column = 1; column <= 3; ++column)
        grid->setColumnStretch(column, column < 3 ? 5 : 4);
    grid->setRowStretch(1, 1);
    panel_->setFixedWidth(panelWidth);
    cardPlane->setMinimumWidth(206);
    setMinimumSize(880, 580);
    resize(1180, 760);

    connectSquare(squareA_, Side::a);
    connectSquare(squareB_, Side::b);
    connectPanel();
    addShortcuts();
    connect(bars_, &BarsView::chosen, this, &Playground::choose);
    connect(bars_, &BarsView::stepped, this, &Playground::step);
    connect(&source_, &PortraitSource::answered, this, &Playground::takeAnswer);
    connect(&source_, &PortraitSource::failed, sentence_, &QLabel::setText);
    animation_.setEasingCurve(QEasingCurve::InOutCubic);
    animation_.setStartValue(0.0);
    animation_.setEndValue(1.0);
    connect(&animation_, &QVariantAnimation::valueChanged, this,
            [this](const QVariant& share) { showBetween(share.toDouble()); });
    noteNearest();
    refreshPanel();
    showArrangement();
}

Playground::~Playground() = default;

QWidget* Playground::buildStory() {
    sentence_->setObjectName(QStringLiteral("playgroundSentence"));
    sentence_->setWordWrap(true);
    sentence_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    bars_->setObjectName(QStringLiteral("playgroundBars"));
    formulaA_->setObjectName(QStringLiteral("formulaAToB"));
    formulaB_->setObjectName(QStringLiteral("formulaBToA"));
    range_->setObjectName(QStringLiteral("muted"));
    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(sentence_);
    column->addWidget(bars_, 1);
    column->addWidget(formulaA_);
    column->addWidget(formulaB_);
    column->addWidget(range_);
    return body;
}

void Playground::connectSquare(SquareView* square, Side side) {
    connect(square, &SquareView::chosen, this, &Playground::choose);
    connect(square, &SquareView::hovered, this, &Playground::hover);
    connect(square, &SquareView::stepped, this, &Playground::step);
    connect(square, &SquareView::dragBegan, this, &Playground::beginAction);
    connect(square, &SquareView::moved, this, [this, side](std::size_t image, QPointF place) {
        stopMoving(); // undone by key while it is held
        arrangements_.move(side, image, place, QStringLiteral("drag"));
        showArrangement();
    });
    connect(square, &SquareView::dragEnded, this, [this] { arrangements_.endAction(); });
    connect(square, &SquareView::nudged, this, [this, side](QPointF by) {
        stopMoving();
        const QString action =
            QStringLiteral("keys %1 %2").arg(side == Side::a ? 0 : 1).arg(chosen_); // undone together
        arrangements_.move(side, chosen_, shown(side)[chosen_] + by, action);
        showArrangement();
    });
}

void Playground::connectPanel() {
    connect(panel_, &PlaygroundPanel::exampleAsked, this, &Playground::showExample);
    connect(panel_, &PlaygroundPanel::resetAsked, this, [this] { showExample(arrangements_.now().example); });
    connect(panel_, &PlaygroundPanel::wayChanged, this, [this] {
        refreshStory();
        refreshSquares();
    });
    connect(panel_, &PlaygroundPanel::kChanged, this, [this] {
        trail_.clear();
        source_.ask(shownA_, shownB_, panel_->k());
    });
    connect(panel_, &PlaygroundPanel::noiseAsked, this, [this](double noise) {
        stopMoving();
        arrangements_.setNoise(noise, QStringLiteral("noise"));
        showArrangement();
    });
    connect(panel_, &PlaygroundPanel::noiseReleased, this, [this] { arrangements_.endAction(); });
    connect(panel_, &PlaygroundPanel::undoAsked, this, [this] {
        trail_.clear();
        arrangements_.undo();
        moveToArrangement();
    });
    connect(panel_, &PlaygroundPanel::tourAsked, this, &Playground::tourAsked);
}

// Digits choose an image wherever the keyboard is.
void Playground::addShortcuts() {
    for (int digit = 0; digit <= 9; ++digit)
        connect(new QShortcut(QKeySequence(Qt::Key_0 + digit), this), &QShortcut::activated, this,
                [this, digit] { typeDigit(digit); });
    connect(new QShortcut(QKeySequence::Undo, this), &QShortcut::activated, panel_,
            &PlaygroundPanel::undoAsked);
    connect(new QShortcut(QKeySequence(Qt::Key_Escape), this), &QShortcut::activated, this, &QWidget::close);
}

Way Playground::way() const {
    return panel_->way();
}

bool Playground::busy() const {
    return source_.busy() || animation_.state() == QAbstractAnimation::Running;
}

void Playground::showExample(std::size_t example) {
    if (example == arrangements_.now().example && arrangements_.untouched())
        return;
    trail_.clear();
    arrangements_.start(example);
    moveToArrangement();
}

void Playground::choose(std::size_t image) {
    if (image == chosen_ || image >= playgroundImages)
        return;
    chosen_ = image;
    refreshStory();
    refreshSquares();
}

void Playground::step(int by) {
    constexpr int count = static_cast<int>(playgroundImages);
    choose(static_cast<std::size_t>((static_cast<int>(chosen_) + by + count) % count));
}

void Playground::typeDigit(int digit) {
    const auto now = std::chrono::steady_clock::now();
    const int longer = 10 * typed_ + digit;
    const bool goesOn = now - typedAt_ < betweenDigits && longer <= static_cast<int>(playgroundImages);
    typed_ = goesOn ? longer : digit;
    typedAt_ = now;
    if (typed_ > 0)
        choose(static_cast<std::size_t>(typed_ - 1));
}

void Playground::hover(std::optional<std::size_t> image) {
    hovered_ = image;
    refreshSquares();
}

void Playground::beginAction() {
    stopMoving();
    arrangements_.endAction();
    trail_.clear();
}

void Playground::showArrangement() {
    shownA_ = arrangements_.places(Side::a);
    shownB_ = arrangements_.places(Side::b);
    refreshPanel();
    refreshSquares();
    source_.ask(shownA_, shownB_, panel_->k());
}

// Points are as large as the example lets them be without touching, wherever they are dragged later.
void Playground::noteNearest() {
    const PlaygroundExample& example = examples()[arrangements_.now().example];
    nearestA_ = nearestOf(example.a);
    nearestB_ = nearestOf(example.b);
}

void Playground::moveToArrangement() {
    noteNearest();
    animation_.stop();
    refreshPanel();
    const bool animated = style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, this) > 0;
    if (!animated || !isVisible()) {
        showArrangement();
        return;
    }
    fromA_ = shownA_;
    fromB_ = shownB_;
    animation_.setDuration(animationMilliseconds);
    animation_.start();
}

void Playground::showBetween(double share) {
    const Places toA = arrangements_.places(Side::a);
    const Places toB = arrangements_.places(Side::b);
    for (std::size_t image = 0; image < toA.size(); ++image) {
        shownA_[image] = share >= 1.0 ? toA[image] : (1.0 - share) * fromA_[image] + share * toA[image];
        shownB_[image] = share >= 1.0 ? toB[image] : (1.0 - share) * fromB_[image] + share * toB[image];
    }
    refreshSquares();
    source_.ask(shownA_, shownB_, panel_->k());
}

// Whoever takes hold of a point on its way goes on from what is seen.
void Playground::stopMoving() {
    if (animation_.state() != QAbstractAnimation::Running)
        return;
    animation_.stop();
    arrangements_.freeze(shownA_, shownB_);
}

void Playground::takeAnswer() {
    const jobs::PairPortrait& portrait = *source_.portrait();
    const QPointF now(imbalanceOf(portrait, Way::aToB), imbalanceOf(portrait, Way::bToA));
    if (trail_.empty() || distanceOf(trail_.back(), now) > trailStep)
        trail_.push_back(now);
    if (trail_.size() > longestTrail)
        trail_.erase(trail_.begin());
    refreshStory();
    refreshSquares();
    refreshMeasures();
}

void Playground::refreshPanel() {
    panel_->showState(arrangements_.now().example, arrangements_.now().noise, arrangements_.canUndo(),
                      !arrangements_.untouched());
}

PlaygroundLook Playground::look() const {
    return {way(), chosen_, hovered_};
}

void Playground::refreshSquares() {
    SquareScenes scenes = squaresOf(shownA_, shownB_, look(), story_ ? &*story_ : nullptr, colours_);
    scenes.a.nearest = nearestA_;
    scenes.b.nearest = nearestB_;
    squareA_->setScene(std::move(scenes.a));
    squareB_->setScene(std::move(scenes.b));
}

void Playground::refreshStory() {
    const jobs::PairPortrait* known = portrait();
    if (known == nullptr)
        return;
    const bool forward = way() == Way::aToB;
    story_ = storyOf(*known, way(), chosen_);
    sentence_->setText(story_->sentence);
    (forward ? cardA_ : cardB_)
        ->setSubtitle(QStringLiteral("here the nearest are found"),
                      {QStringLiteral("nearest found here"), QStringLiteral("nearest")});
    (forward ? cardB_ : cardA_)
        ->setSubtitle(QStringLiteral("here they are ranked"),
                      {QStringLiteral("ranked here"), QStringLiteral("ranks")});
    bars_->setScene(barsOf(*known, look(), colours_));
    formulaA_->setText(formulaOf(*known, Way::aToB));
    formulaB_->setText(formulaOf(*known, Way::bToA));
    range_->setText(rangeOf(*known));
    formulaA_->setEnabled(forward);
    formulaB_->setEnabled(!forward);
}

void Playground::refreshMeasures() {
    plane_->setScene(planeOf(*source_.portrait(), trail_));
    measures_->setRows(rowsOf(*source_.portrait()));
    const Comparison& imbalance = source_.portrait()->measures.front();
    words_->setText(QStringLiteral("A %1\nB %2")
                        .arg(verdict(imbalance, 0, 1).of(QStringLiteral("B")),
                             verdict(imbalance, 1, 0).of(QStringLiteral("A"))));
}

void Playground::setStyle_(const Style& style) {
    style_ = style;
    colours_ = imageColours(examples().front().a, style_);
    squareA_->setStyle_(style);
    squareB_->setStyle_(style);
    bars_->setStyle_(style);
    plane_->setStyle_(style);
    measures_->setStyle_(style);
    sentence_->setFont(style.heading());
    sentence_->setMinimumHeight(2 * QFontMetrics(style.heading()).lineSpacing());
    refreshPanel();
    refreshStory();
    refreshSquares();
}

} // namespace stratoscope::ui
