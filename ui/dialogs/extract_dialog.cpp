#include "ui/dialogs/extract_dialog.h"

#include "ui/dialogs/images_page.h"
#include "ui/dialogs/model_page.h"
#include "ui/dialogs/steps_page.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>

namespace stratoscope::ui {
namespace {

constexpr int lastStep = 2;
constexpr std::size_t usualBatch = 32;

} // namespace

ExtractDialog::ExtractDialog(const Session& session, JobRunner& runner, const PathQuestions& questions,
                             QWidget* parent)
    : QDialog(parent), model_(new ModelPage(runner, questions)), images_(new ImagesPage(runner, questions)),
      steps_(new StepsPage(session, questions)), tabs_(new QTabBar), pages_(new QStackedWidget),
      trouble_(new QFrame), message_(new QLabel), back_(new QPushButton(QStringLiteral("Back"))),
      next_(new QPushButton) {
    setObjectName(QStringLiteral("extractDialog"));
    setWindowTitle(QStringLiteral("Extract activations"));
    resize(1000, 600);
    for (const char* title : {"1 Model", "2 Images", "3 Steps and pooling"})
        tabs_->addTab(QString::fromUtf8(title));
    tabs_->setObjectName(QStringLiteral("extractSteps"));
    tabs_->setDrawBase(false);
    tabs_->setExpanding(false);
    for (QWidget* page :
         {static_cast<QWidget*>(model_), static_cast<QWidget*>(images_), static_cast<QWidget*>(steps_)})
        pages_->addWidget(page);
    trouble_->setObjectName(QStringLiteral("error"));
    message_->setObjectName(QStringLiteral("extractMessage"));
    message_->setWordWrap(true);
    message_->setTextFormat(Qt::PlainText);
    message_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* inside = new QVBoxLayout(trouble_);
    inside->addWidget(message_);
    auto* cancel = new QPushButton(QStringLiteral("Close"));
    cancel->setObjectName(QStringLiteral("extractClose"));
    cancel->setAutoDefault(false);
    back_->setObjectName(QStringLiteral("extractBack"));
    back_->setAutoDefault(false);
    next_->setObjectName(QStringLiteral("extractNext"));
    next_->setDefault(true);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(cancel);
    buttons->addStretch();
    buttons->addWidget(back_);
    buttons->addWidget(next_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(18, 12, 18, 14);
    column->setSpacing(12);
    column->addWidget(tabs_);
    column->addWidget(pages_, 1);
    column->addWidget(trouble_);
    column->addLayout(buttons);

    connect(model_, &ModelPage::changed, this, &ExtractDialog::modelChanged);
    connect(images_, &ImagesPage::sideAsked, model_, &ModelPage::inspectFor);
    connect(images_, &ImagesPage::changed, this, &ExtractDialog::refresh);
    connect(steps_, &StepsPage::changed, this, &ExtractDialog::refresh);
    connect(&session, &Session::datasetChanged, steps_, [this] { steps_->setPictures(images_->pictures()); });
    connect(tabs_, &QTabBar::currentChanged, this, &ExtractDialog::goTo);
    connect(cancel, &QPushButton::clicked, this, &QDialog::hide);
    // A button leads into its page; the tabs keep the keyboard, which may be on its way along them.
    const auto turn = [this](int pages) {
        goTo(pages_->currentIndex() + pages);
        pages_->currentWidget()->setFocus();
    };
    connect(back_, &QPushButton::clicked, this, [turn] { turn(-1); });
    connect(next_, &QPushButton::clicked, this, [this, turn] {
        if (pages_->currentIndex() == lastStep)
            order();
        else
            turn(1);
    });
    refresh();
}

void ExtractDialog::modelChanged() {
    if (const auto report = model_->report(); report && report != taken_) {
        taken_ = report;
        images_->setModel(*report);
        steps_->setModel(report);
    }
    refresh();
}

bool ExtractDialog::complete(int step) const {
    if (step == 0)
        return model_->report() != nullptr;
    if (step == 1)
        return images_->pictures() != nullptr;
    return steps_->complete();
}

void ExtractDialog::goTo(int step) {
    failure_.clear();
    pages_->setCurrentIndex(step);
    steps_->setPictures(images_->pictures());
    if (images_->pictures())
        steps_->suggestOutput(images_->folder());
    refresh();
}

QString ExtractDialog::problem() const {
    const int step = pages_->currentIndex();
    // A size of the second step that the model refuses is told there too.
    if (!model_->problem().isEmpty())
        return model_->problem();
    return step == 1 ? images_->problem() : failure_;
}

void ExtractDialog::refresh() {
    const int step = pages_->currentIndex();
    const QSignalBlocker quiet(tabs_);
    for (int i = 1; i <= lastStep; ++i)
        tabs_->setTabEnabled(i, complete(0) && (i < 2 || complete(1)));
    tabs_->setCurrentIndex(step);
    back_->setVisible(step > 0);
    next_->setText(step == lastStep ? QStringLiteral("Extract") : QStringLiteral("Next"));
    bool ready = true;
    for (int i = 0; i <= step; ++i)
        ready = ready && complete(i);
    next_->setEnabled(ready);
    message_->setText(problem());
    trouble_->setVisible(!problem().isEmpty());
}

void ExtractDialog::order() {
    const auto report = model_->report();
    if (!report || !images_->pictures())
        return;
    ExtractOrder order;
    order.job.model = report->description.file;
    order.job.pictures = images_->pictures();
    order.job.preprocessing = images_->preprocessing();
    const std::size_t limit = report->description.batch_limit;
    order.job.batch = limit == 0 ? usualBatch : std::min(usualBatch, limit);
    steps_->fill(order);
    failure_.clear();
    refresh();
    hide();
    Q_EMIT ordered(order);
}

void ExtractDialog::showFailure(const QString& text) {
    goTo(lastStep);
    failure_ = text;
    refresh();
}

} // namespace stratoscope::ui
