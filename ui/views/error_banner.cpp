#include "ui/views/error_banner.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace stratoscope::ui {

ErrorBanner::ErrorBanner(QWidget* parent)
    : QFrame(parent), title_(new QLabel(this)), text_(new QLabel(this)) {
    setObjectName(QStringLiteral("error"));
    title_->setObjectName(QStringLiteral("cardTitle"));
    text_->setObjectName(QStringLiteral("errorText"));
    text_->setWordWrap(true);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    text_->setTextFormat(Qt::PlainText);
    auto* close = new QToolButton(this);
    close->setObjectName(QStringLiteral("closeError"));
    close->setText(QStringLiteral("Close"));
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(title_);
    words->addWidget(text_);
    auto* row = new QHBoxLayout(this);
    row->addLayout(words, 1);
    row->addWidget(close, 0, Qt::AlignTop);
    hide();
}

void ErrorBanner::showError(const QString& title, const QString& text) {
    title_->setText(title);
    text_->setText(text);
    show();
}

QString ErrorBanner::text() const {
    return text_->text();
}

} // namespace stratoscope::ui
