#include "ui/action_row.h"

#include <QAction>
#include <QHBoxLayout>
#include <QMenu>
#include <QToolButton>

namespace stratoscope::ui {
namespace {

constexpr int gap = 6;

} // namespace

ActionRow::ActionRow(QWidget* parent)
    : QWidget(parent), more_(new QToolButton(this)), hidden_(new QMenu(more_)) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(gap);
    row->addStretch(1);
    row->addWidget(more_);
    more_->setObjectName(QStringLiteral("moreActions"));
    more_->setText(QStringLiteral("»"));
    more_->setToolTip(QStringLiteral("More actions"));
    more_->setAccessibleName(QStringLiteral("More actions"));
    more_->setPopupMode(QToolButton::InstantPopup);
    more_->setMenu(hidden_);
    more_->hide();
}

void ActionRow::add(QAction* action) {
    auto* button = new QToolButton(this);
    button->setDefaultAction(action);
    qobject_cast<QHBoxLayout*>(layout())->insertWidget(layout()->count() - 1, button);
    buttons_.push_back(button);
    fit();
    updateGeometry();
}

int ActionRow::widthOf(std::size_t buttons) const {
    int width = buttons < buttons_.size() ? more_->sizeHint().width() + gap : 0;
    for (std::size_t at = 0; at < buttons; ++at)
        width += buttons_[at]->sizeHint().width() + gap;
    return width;
}

QSize ActionRow::sizeHint() const {
    return minimumSizeHint(); // it takes what others leave
}

QSize ActionRow::minimumSizeHint() const {
    return {widthOf(0), more_->sizeHint().height()};
}

void ActionRow::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fit();
}

void ActionRow::fit() {
    std::size_t shown = buttons_.size();
    while (shown > 0 && widthOf(shown) > width())
        --shown;
    hidden_->clear();
    for (std::size_t at = 0; at < buttons_.size(); ++at) {
        buttons_[at]->setVisible(at < shown);
        if (at >= shown)
            hidden_->addAction(buttons_[at]->defaultAction());
    }
    more_->setVisible(shown < buttons_.size());
}

} // namespace stratoscope::ui
