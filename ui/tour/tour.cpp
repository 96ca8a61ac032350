#include "ui/tour/tour.h"

#include "ui/tour/spotlight.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace stratoscope::ui {
namespace {

constexpr int panelWidth = 360;
constexpr int border = 1;
constexpr int gap = 12;

int overlap(const QRect& a, const QRect& b) {
    const QRect both = a.intersected(b);
    return both.isEmpty() ? 0 : both.width() * both.height();
}

// Beside what is shown, where it hides least of it.
QPoint placeBeside(const QRect& shown, const QSize& panel, const QRect& window) {
    const std::array<QPoint, 4> wanted{
        QPoint(shown.right() + gap, shown.center().y() - panel.height() / 2),
        QPoint(shown.left() - gap - panel.width(), shown.center().y() - panel.height() / 2),
        QPoint(shown.center().x() - panel.width() / 2, shown.bottom() + gap),
        QPoint(shown.center().x() - panel.width() / 2, shown.top() - gap - panel.height())};
    const auto inside = [&](QPoint at) {
        return QPoint(std::clamp(at.x(), gap, std::max(gap, window.width() - panel.width() - gap)),
                      std::clamp(at.y(), gap, std::max(gap, window.height() - panel.height() - gap)));
    };
    const auto hidden = [&](QPoint at) { return overlap(QRect(inside(at), panel), shown); };
    return inside(*std::ranges::min_element(wanted, {}, hidden));
}

} // namespace

Tour::Tour(const TourStage& stage, QWidget* toolBar, QWidget* window)
    : QFrame(window), stage_(stage), toolBar_(toolBar), spotlight_(new Spotlight(window)),
      title_(new QLabel(this)), text_(new QLabel(this)), place_(new QLabel(this)),
      back_(new QPushButton(QStringLiteral("Back"), this)),
      next_(new QPushButton(QStringLiteral("Next"), this)) {
    setObjectName(QStringLiteral("tour"));
    title_->setObjectName(QStringLiteral("cardTitle"));
    text_->setObjectName(QStringLiteral("tourText"));
    text_->setWordWrap(true);
    text_->setTextFormat(Qt::RichText);
    text_->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    place_->setObjectName(QStringLiteral("muted"));
    back_->setObjectName(QStringLiteral("tourBack"));
    next_->setObjectName(QStringLiteral("tourNext"));
    next_->setDefault(true);
    auto* close = new QToolButton(this);
    close->setObjectName(QStringLiteral("tourClose"));
    close->setText(QStringLiteral("Close"));
    close->setToolTip(QStringLiteral("Ends the tour; everything stays as it is"));
    auto* top = new QHBoxLayout;
    top->addWidget(title_, 1);
    top->addWidget(close, 0, Qt::AlignTop);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(place_, 1);
    bottom->addWidget(back_);
    bottom->addWidget(next_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 10, 12, 12);
    column->setSpacing(8);
    column->addLayout(top);
    column->addWidget(text_);
    column->addLayout(bottom);
    setFixedWidth(panelWidth);

    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    connect(text_, &QLabel::linkActivated, this, &Tour::playgroundAsked);
    connect(back_, &QPushButton::clicked, this, [this] { goTo(at_ - 1); });
    connect(next_, &QPushButton::clicked, this, [this] {
        if (at_ + 1 < steps_.size())
            goTo(at_ + 1);
        else
            hide();
    });
    auto* leave = new QShortcut(Qt::Key_Escape, this);
    leave->setContext(Qt::WidgetWithChildrenShortcut); // elsewhere Esc leads back to all models
    connect(leave, &QShortcut::activated, this, &QWidget::hide);
    connect(&stage_.session, &Session::comparisonChanged, this, &Tour::refreshText);
    connect(&stage_.session, &Session::datasetChanged, this, &QWidget::hide); // other models than it tells of
    window->installEventFilter(this);
    for (const TourStep& step : steps_)
        if (step.part)
            stage_.workspace.part(*step.part)->installEventFilter(this);
    hide();
}

Tour::~Tour() = default;

void Tour::start() {
    corner_.reset();
    goTo(0);
    next_->setFocus();
}

void Tour::goTo(std::size_t step) {
    at_ = step;
    show();
    title_->setText(steps_[at_].title);
    place_->setText(QStringLiteral("%1 of %2").arg(at_ + 1).arg(steps_.size()));
    back_->setEnabled(at_ > 0);
    next_->setText(at_ + 1 < steps_.size() ? QStringLiteral("Next") : QStringLiteral("Done"));
    steps_[at_].act(stage_);
    refreshText();
}

void Tour::refreshText() {
    if (isHidden())
        return;
    text_->setText(steps_[at_].text(stage_));
    text_->setMinimumHeight(0); // a label never asks for less than that
    const QMargins around = layout()->contentsMargins();
    text_->setFixedHeight(text_->heightForWidth(panelWidth - around.left() - around.right() - 2 * border));
    place();
}

QWidget* Tour::target() const {
    const auto part = steps_[at_].part;
    return part ? stage_.workspace.part(*part) : toolBar_;
}

// The buttons stay under the mouse while the panel there hides no more of what is shown than elsewhere.
QPoint Tour::placeFor(const QRect& shown) const {
    const QRect window = parentWidget()->rect();
    const QPoint best = placeBeside(shown, size(), window);
    if (!corner_)
        return best;
    QRect kept(QPoint(), size());
    kept.moveBottomRight(*corner_);
    const bool inside = window.adjusted(gap, gap, -gap, -gap).contains(kept);
    return inside && overlap(kept, shown) <= overlap(QRect(best, size()), shown) ? kept.topLeft() : best;
}

void Tour::place() {
    if (isHidden())
        return;
    const QWidget* shown = target();
    const QRect where(shown->mapTo(parentWidget(), QPoint(0, 0)), shown->size());
    layout()->activate();
    resize(panelWidth, sizeHint().height());
    move(placeFor(where));
    corner_ = geometry().bottomRight();
    spotlight_->showAround(where);
    spotlight_->raise();
    raise();
}

void Tour::setStyle_(const Style& style) {
    spotlight_->setColour(style.accent);
}

bool Tour::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parentWidget() && event->type() == QEvent::Resize)
        corner_.reset(); // what was the best place need not be one any more
    if (event->type() == QEvent::Resize || event->type() == QEvent::Move ||
        event->type() == QEvent::LayoutRequest)
        place();
    return QFrame::eventFilter(watched, event);
}

void Tour::hideEvent(QHideEvent* event) {
    spotlight_->hide();
    QFrame::hideEvent(event);
}

} // namespace stratoscope::ui
