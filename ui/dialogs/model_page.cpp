#include "ui/dialogs/model_page.h"

#include <QEvent>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

namespace stratoscope::ui {
namespace {

constexpr int largestSide = 2048;

QString kindOf(const std::string& family) {
    if (family == "cnn")
        return QStringLiteral("convolutional network");
    return family == "other" ? QStringLiteral("not told by its modules") : QString::fromStdString(family);
}

QString factsOf(const ModelPage::Report& report, const QColor& muted) {
    const models::ModelDescription& model = report.description;
    const QString row = QStringLiteral("<tr><td style='padding-right: 18px; padding-bottom: 3px; color: %1'>")
                            .arg(muted.name()) +
                        QStringLiteral("%1</td><td>%2</td></tr>");
    QString text = QStringLiteral("<p style='font-size: large'><b>%1</b></p><table>")
                       .arg(QString::fromStdString(model.name).toHtmlEscaped());
    text += row.arg(QStringLiteral("Format"), QString::fromStdString(model.format).toHtmlEscaped());
    text += row.arg(QStringLiteral("Kind"), kindOf(report.family));
    text += row.arg(QStringLiteral("Modules"), QString::number(model.modules.size()));
    text +=
        row.arg(QStringLiteral("Processing steps"), QStringLiteral("%1 suggested").arg(report.steps.size()));
    text += row.arg(QStringLiteral("Parameters"), largeNumber(static_cast<double>(model.parameters)));
    text += row.arg(QStringLiteral("Multiply–adds"),
                    largeNumber(static_cast<double>(model.multiply_adds)) + QStringLiteral(" an image"));
    text += row.arg(QStringLiteral("Takes"),
                    QStringLiteral("%1 × %2 × %3%4")
                        .arg(model.input.channels)
                        .arg(model.input.height)
                        .arg(model.input.width)
                        .arg(model.input_guessed ? QStringLiteral(", found by trying") : QString()));
    return text + QStringLiteral("</table>");
}

} // namespace

QString largeNumber(double number) {
    const std::pair<double, const char*> units[] = {{1e9, " billion"}, {1e6, " million"}, {1e3, " thousand"}};
    for (const auto& [unit, name] : units)
        if (number >= unit)
            return QString::number(number / unit, 'g', 3) + QLatin1String(name);
    return QString::number(number, 'g', 4);
}

ModelPage::ModelPage(JobRunner& runner, const PathQuestions& questions, QWidget* parent)
    : QWidget(parent), runner_(runner), questions_(questions), file_(new QLineEdit), side_(new QSpinBox),
      facts_(new QLabel), notes_(new QLabel) {
    file_->setObjectName(QStringLiteral("modelFile"));
    file_->setPlaceholderText(QStringLiteral("TorchScript (.pt) or ONNX (.onnx)"));
    auto* button = new QPushButton(QStringLiteral("Choose…"));
    button->setObjectName(QStringLiteral("chooseModel"));
    button->setAutoDefault(false);
    side_->setObjectName(QStringLiteral("modelSide"));
    side_->setRange(0, largestSide);
    side_->setSpecialValueText(QStringLiteral("found by trying"));
    side_->setSuffix(QStringLiteral(" px"));
    side_->setKeyboardTracking(false);
    side_->setToolTip(QStringLiteral("The side of the square picture the model takes"));
    facts_->setObjectName(QStringLiteral("modelFacts"));
    facts_->setTextFormat(Qt::RichText);
    facts_->setWordWrap(true);
    notes_->setObjectName(QStringLiteral("muted"));
    notes_->setWordWrap(true);
    notes_->setTextFormat(Qt::PlainText);

    auto* path = new QHBoxLayout;
    path->setSpacing(8);
    path->addWidget(file_, 1);
    path->addWidget(button);
    auto* small = new QHBoxLayout;
    small->setSpacing(8);
    small->addWidget(side_);
    small->addStretch();
    auto* form = new QFormLayout;
    form->setSpacing(8);
    form->addRow(QStringLiteral("Model file"), path);
    form->addRow(QStringLiteral("Input size"), small);
    auto* column = new QVBoxLayout(this);
    column->setSpacing(14);
    column->addLayout(form);
    column->addWidget(facts_);
    column->addWidget(notes_);
    column->addStretch();

    setFocusProxy(file_);
    connect(button, &QPushButton::clicked, this, &ModelPage::choose);
    connect(file_, &QLineEdit::editingFinished, this, [this] {
        if (file_->text() != asked_)
            inspect();
    });
    connect(side_, &QSpinBox::valueChanged, this, [this] {
        if (!file_->text().isEmpty())
            inspect();
    });
    refresh();
}

void ModelPage::choose() {
    const QString file = questions_.modelFile ? questions_.modelFile(this) : QString();
    if (file.isEmpty())
        return;
    const QSignalBlocker quiet(side_);
    side_->setValue(0); // of the model before
    file_->setText(file);
    inspect();
}

void ModelPage::inspectFor(std::size_t side) {
    side_->setValue(static_cast<int>(side));
}

void ModelPage::inspect() {
    job_.cancel();
    asked_ = file_->text();
    askedSide_ = static_cast<std::size_t>(side_->value());
    report_.reset();
    problem_.clear();
    busy_ = !asked_.isEmpty();
    const std::size_t question = ++question_;
    if (busy_)
        job_ = runner_.run<jobs::InspectModelJob>(
            this, {.file = asked_.toStdString(), .input_size = askedSide_},
            {.done =
                 [this, question](jobs::InspectModelJob::Result report) {
                     if (question != question_)
                         return;
                     busy_ = false;
                     report_ = std::move(report);
                     refresh();
                 },
             .failed =
                 [this, question](const jobs::Failure& failure) {
                     if (question != question_)
                         return;
                     busy_ = false;
                     problem_ = QString::fromStdString(failure.text);
                     refresh();
                 },
             .cancelled =
                 [this, question] {
                     if (question != question_)
                         return;
                     busy_ = false;
                     problem_ = QStringLiteral("Stopped before the model was looked into.");
                     refresh();
                 }});
    refresh();
}

void ModelPage::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && report_)
        facts_->setText(factsOf(*report_, palette().color(QPalette::PlaceholderText)));
}

void ModelPage::refresh() {
    QString notes;
    if (report_) {
        facts_->setText(factsOf(*report_, palette().color(QPalette::PlaceholderText)));
        for (const std::string& note : report_->description.notes)
            notes += QString::fromStdString(note) + QLatin1Char('\n');
    } else if (busy_) {
        facts_->setText(QStringLiteral("Looking into %1: its modules, and one run on noise to learn shapes…")
                            .arg(QFileInfo(asked_).fileName().toHtmlEscaped()));
    } else {
        facts_->clear();
        if (problem_.isEmpty())
            notes = QStringLiteral(
                "A traced or scripted TorchScript file or an ONNX file. It is read and run on this machine; "
                "nothing else is needed, no Python either. Every module's output can become a layer.");
    }
    notes_->setText(notes.trimmed());
    Q_EMIT changed();
}

} // namespace stratoscope::ui
