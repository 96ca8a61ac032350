#include "ui/dialogs/steps_page.h"

#include "core/data/pooling.h"
#include "ui/dialogs/model_page.h"
#include "ui/dialogs/module_tree.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace stratoscope::ui {
namespace {

struct PoolingWords {
    const char* name;
    const char* title;
};
constexpr PoolingWords poolingWords[] = {{"mean", "mean over places or tokens"},
                                         {"cls", "first token (CLS)"},
                                         {"max", "maximum over places"},
                                         {"grid4x4", "4 × 4 places, averaged in each"},
                                         {"flatten", "all numbers"}};

std::size_t sharedIds(const jobs::PictureList& pictures, const Dataset& dataset) {
    const std::unordered_set<std::string_view> open(dataset.images.ids.begin(), dataset.images.ids.end());
    return static_cast<std::size_t>(
        std::ranges::count_if(pictures.ids, [&](const std::string& id) { return open.contains(id); }));
}

} // namespace

StepsPage::StepsPage(const Session& session, const PathQuestions& questions, QWidget* parent)
    : QWidget(parent), session_(session), questions_(questions), tree_(new ModuleTree), name_(new QLineEdit),
      output_(new QLineEdit), half_(new QCheckBox(QStringLiteral("half the size (float16)"))),
      then_(new QComboBox), same_(new QLabel), summary_(new QLabel) {
    const auto button = [](const QString& text, const char* name) {
        auto* made = new QPushButton(text);
        made->setAutoDefault(false);
        made->setObjectName(QLatin1String(name));
        return made;
    };
    auto* suggested = button(QStringLiteral("Suggested steps"), "tickSuggested");
    auto* none = button(QStringLiteral("None"), "tickNone");
    auto* chooser = button(QStringLiteral("Choose…"), "chooseOutput");
    name_->setObjectName(QStringLiteral("modelName"));
    output_->setObjectName(QStringLiteral("outputFile"));
    output_->setPlaceholderText(QStringLiteral("activations.h5"));
    half_->setObjectName(QStringLiteral("half"));
    half_->setChecked(true);
    then_->setObjectName(QStringLiteral("whenDone"));
    then_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    then_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    for (QLabel* label : {same_, summary_}) {
        label->setObjectName(QStringLiteral("muted"));
        label->setWordWrap(true);
    }

    auto* ticks = new QHBoxLayout;
    ticks->setSpacing(8);
    ticks->addWidget(suggested);
    ticks->addWidget(none);
    ticks->addStretch();
    auto* left = new QVBoxLayout;
    left->setSpacing(8);
    left->addWidget(tree_, 1);
    left->addLayout(ticks);

    auto* pooling = new QVBoxLayout;
    pooling->setSpacing(4);
    for (const PoolingWords& words : poolingWords) {
        auto* box = new QCheckBox(QString::fromUtf8(words.title));
        box->setObjectName(QStringLiteral("pooling_") + QLatin1String(words.name));
        box->setProperty("pooling", QLatin1String(words.name));
        poolings_.push_back(box);
        pooling->addWidget(box);
        connect(box, &QCheckBox::toggled, this, &StepsPage::refresh);
    }
    auto* path = new QHBoxLayout;
    path->setSpacing(8);
    path->addWidget(output_, 1);
    path->addWidget(chooser);
    auto* form = new QFormLayout;
    form->setSpacing(8);
    form->addRow(QStringLiteral("Pooling"), pooling);
    form->addRow(QStringLiteral("Name"), name_);
    form->addRow(QStringLiteral("Into the file"), path);
    form->addRow(QStringLiteral("Numbers"), half_);
    form->addRow(QStringLiteral("Then"), then_);
    form->addRow(QString(), same_);
    auto* right = new QVBoxLayout;
    right->setSpacing(8);
    right->addLayout(form);
    right->addStretch();
    right->addWidget(summary_);
    auto* row = new QHBoxLayout(this);
    row->setSpacing(24);
    row->addLayout(left, 5);
    row->addLayout(right, 4);

    setFocusProxy(tree_);
    connect(suggested, &QPushButton::clicked, this, [this] {
        if (report_)
            tree_->tick({report_->steps.begin(), report_->steps.end()});
    });
    connect(none, &QPushButton::clicked, this, [this] { tree_->tick({}); });
    connect(chooser, &QPushButton::clicked, this, &StepsPage::choose);
    connect(tree_, &ModuleTree::tickedChanged, this, &StepsPage::refresh);
    connect(output_, &QLineEdit::textChanged, this, &StepsPage::refresh);
    connect(half_, &QCheckBox::toggled, this, &StepsPage::refresh);
    connect(then_, &QComboBox::activated, this, [this] { thenChosen_ = true; });
    poolings_.front()->setChecked(true);
}

void StepsPage::setModel(std::shared_ptr<const jobs::InspectModelJob::Report> report) {
    const bool same = report_ && report_->description.file == report->description.file;
    const std::set<std::string> ticked =
        same ? tree_->tickedNames() : std::set<std::string>(report->steps.begin(), report->steps.end());
    report_ = std::move(report);
    tree_->setDescription({report_, &report_->description}, ticked);
    if (!same)
        name_->setText(QString::fromStdString(report_->description.name));
    refresh();
}

void StepsPage::setPictures(std::shared_ptr<const jobs::PictureList> pictures) {
    if (pictures == pictures_ && counted_ == session_.dataset() && then_->count() > 0)
        return;
    pictures_ = std::move(pictures);
    counted_ = session_.dataset();
    using Then = ExtractOrder::Then;
    const QVariant before = then_->currentData();
    then_->clear();
    then_->addItem(QStringLiteral("open it"), static_cast<int>(Then::open));
    same_->clear();
    if (counted_ && pictures_) {
        const std::size_t shared = sharedIds(*pictures_, *counted_);
        if (shared > 0) {
            then_->addItem(QStringLiteral("add it to what is open"), static_cast<int>(Then::add));
            same_->setText(QStringLiteral("%1 of the %2 images are in what is open")
                               .arg(shared)
                               .arg(pictures_->ids.size()));
        } else {
            same_->setText(QStringLiteral("What is open has other images, so this can't be added to it"));
        }
        then_->addItem(QStringLiteral("leave what is open"), static_cast<int>(Then::nothing));
        const bool all = shared == pictures_->ids.size();
        const int usual = static_cast<int>(all ? Then::add : Then::open);
        const int kept = then_->findData(thenChosen_ ? before : QVariant(usual));
        then_->setCurrentIndex(std::max(kept, 0));
    }
    refresh();
}

void StepsPage::suggestOutput(const QString& folder) {
    const QFileInfo images(QDir(folder).absolutePath());
    if (folder.isEmpty() || images.fileName().isEmpty())
        return;
    const bool writable = QFileInfo(images.absolutePath()).isWritable();
    const QDir place(writable ? images.absolutePath() : QDir::homePath());
    const QString suggested = place.filePath(images.fileName() + QStringLiteral(".h5"));
    if (output_->text().isEmpty() || output_->text() == suggested_)
        output_->setText(suggested);
    suggested_ = suggested;
}

void StepsPage::choose() {
    const QString suggested =
        output_->text().isEmpty() ? name_->text() + QStringLiteral(".h5") : output_->text();
    const QString file =
        questions_.activationsToWrite ? questions_.activationsToWrite(this, suggested) : QString();
    if (!file.isEmpty())
        output_->setText(file);
}

std::vector<std::string> StepsPage::poolings() const {
    std::vector<std::string> names;
    for (const QCheckBox* box : poolings_)
        if (box->isChecked())
            names.push_back(box->property("pooling").toString().toStdString());
    return names;
}

QString StepsPage::outputPath() const {
    const QString path = output_->text().trimmed();
    return path.isEmpty() || !QFileInfo(path).suffix().isEmpty() ? path : path + QStringLiteral(".h5");
}

bool StepsPage::complete() const {
    return report_ && !outputPath().isEmpty() && !poolings().empty() && !tree_->ticked().empty();
}

void StepsPage::fill(ExtractOrder& order) const {
    for (const models::ModuleOutput* output : tree_->ticked())
        order.job.steps.push_back(output->name);
    order.job.poolings = poolings();
    order.job.name = name_->text().trimmed().toStdString();
    order.job.output = outputPath().toStdString();
    order.job.half = half_->isChecked();
    order.then = static_cast<ExtractOrder::Then>(then_->currentData().toInt());
}

// Rows of what is ticked; where a pooling can't be applied mean stands in, as in the extraction.
QString StepsPage::size() const {
    double numbers = 0.0;
    const std::vector<std::string> asked = poolings();
    for (const models::ModuleOutput* output : tree_->ticked())
        for (const std::string& name : asked)
            numbers += static_cast<double>(
                pooled_size(applicable_pooling(pooling_named(name), output->shape), output->shape));
    const double bytes =
        numbers * static_cast<double>(pictures_ ? pictures_->ids.size() : 0) * (half_->isChecked() ? 2 : 4);
    return QStringLiteral("%1 MB").arg(std::max(bytes / 1e6, 0.1), 0, 'f', bytes < 1e7 ? 1 : 0);
}

void StepsPage::refresh() {
    if (report_) {
        const auto steps = tree_->ticked().size();
        QString text = QStringLiteral("%1 steps ticked").arg(steps);
        if (steps > 0 && !poolings().empty() && pictures_)
            text += QStringLiteral(", about %1 for %2 images").arg(size()).arg(pictures_->ids.size());
        if (QFileInfo::exists(outputPath()))
            text += QStringLiteral(". The file exists: this model is added to those in it.");
        summary_->setText(text);
    }
    Q_EMIT changed();
}

} // namespace stratoscope::ui
