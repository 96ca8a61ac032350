#include "ui/views/card.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

namespace stratoscope::ui {

Card::Card(const QString& title, QWidget* parent)
    : QFrame(parent), title_(new ElidingLabel(this)), subtitle_(new ElidingLabel(this)),
      heading_(new QHBoxLayout), column_(new QVBoxLayout(this)) {
    setObjectName(QStringLiteral("card"));
    title_->setObjectName(QStringLiteral("cardTitle"));
    title_->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed); // has its room before the subtitle
    setTitle(title);
    subtitle_->setObjectName(QStringLiteral("cardSubtitle"));
    subtitle_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    heading_->setSpacing(10);
    heading_->addWidget(title_);
    heading_->addWidget(subtitle_, 1);
    column_->setContentsMargins(12, 8, 12, 10);
    column_->setSpacing(6);
    column_->addLayout(heading_);
    title_->setVisible(!title.isEmpty());
    subtitle_->setVisible(!title.isEmpty());
}

void Card::setTitle(const QString& title) {
    title_->setFullText(title);
}

void Card::setSubtitle(const QString& subtitle, const QStringList& shorter) {
    subtitle_->setFullText(subtitle, shorter);
}

void Card::addControl(QWidget* control) {
    heading_->addWidget(control);
}

void Card::setBody(QWidget* body, int stretch) {
    column_->addWidget(body, stretch);
}

void Card::addBelow(QWidget* widget) {
    column_->addWidget(widget);
}

ElidingLabel::ElidingLabel(QWidget* parent) : QLabel(parent) {
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void ElidingLabel::setFullText(const QString& text, const QStringList& shorter) {
    if (text == full_ && shorter == shorter_)
        return;
    full_ = text;
    shorter_ = shorter;
    setAccessibleName(text);
    setToolTip(text);
    updateGeometry();
    update();
}

QSize ElidingLabel::minimumSizeHint() const {
    return {0, fontMetrics().height()};
}

QSize ElidingLabel::sizeHint() const {
    return {fontMetrics().horizontalAdvance(full_), fontMetrics().height()};
}

QString ElidingLabel::fittingText() const {
    for (const QString& wording : QStringList(full_) + shorter_)
        if (fontMetrics().horizontalAdvance(wording) <= width())
            return wording;
    constexpr qsizetype telling = 4; // "i…" tells nothing; the tooltip has all
    const QString cut =
        fontMetrics().elidedText(shorter_.isEmpty() ? full_ : shorter_.back(), Qt::ElideRight, width());
    return cut.size() < telling ? QString() : cut;
}

void ElidingLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(rect(), static_cast<int>(alignment()) | Qt::TextSingleLine, fittingText());
}

} // namespace stratoscope::ui
