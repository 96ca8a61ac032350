#include "ui/dialogs/images_page.h"

#include "ui/dialogs/preprocessing_preview.h"
#include "ui/painting/text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include <set>

namespace stratoscope::ui {
namespace {

constexpr int largestSide = 2048;

QSpinBox* sideBox(int low, const char* name) {
    auto* box = new QSpinBox;
    box->setRange(low, largestSide);
    box->setSuffix(QStringLiteral(" px"));
    box->setKeyboardTracking(false);
    box->setObjectName(QLatin1String(name));
    return box;
}

QPushButton* button(const QString& text, const char* name) {
    auto* made = new QPushButton(text);
    made->setAutoDefault(false);
    made->setObjectName(QLatin1String(name));
    return made;
}

// How many there are: names, or numbers without names.
std::size_t labelsOf(const jobs::PictureList& pictures) {
    if (!pictures.label_names.empty())
        return pictures.label_names.size();
    std::set<std::int64_t> numbers(pictures.labels.begin(), pictures.labels.end());
    numbers.erase(-1); // stands for none
    return numbers.size();
}

} // namespace

ImagesPage::ImagesPage(JobRunner& runner, const PathQuestions& questions, QWidget* parent)
    : QWidget(parent), runner_(runner), questions_(questions), folder_(new QLineEdit), table_(new QLineEdit),
      column_(new QComboBox), found_(new QLabel), preset_(new QComboBox), side_(sideBox(8, "pictureSide")),
      resize_(sideBox(0, "pictureResize")), bgr_(new QCheckBox(QStringLiteral("blue, green, red"))),
      bytes_(new QCheckBox(QStringLiteral("0…255 instead of 0…1"))), words_(new QLabel),
      preview_(new PreprocessingPreview), before_(button(QStringLiteral("←"), "pictureBefore")),
      next_(button(QStringLiteral("→"), "pictureNext")) {
    folder_->setObjectName(QStringLiteral("pictureFolder"));
    folder_->setPlaceholderText(QStringLiteral("Searched through, with the folders in it"));
    auto* chooser = button(QStringLiteral("Choose…"), "choosePictures");
    table_->setObjectName(QStringLiteral("labelTable"));
    table_->setPlaceholderText(
        QStringLiteral("The names of the folders; or a table (CSV) of names and labels"));
    table_->setClearButtonEnabled(true);
    column_->setObjectName(QStringLiteral("labelColumn"));
    column_->setToolTip(QStringLiteral("The column of the table that holds the labels"));
    column_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto* tableChooser = button(QStringLiteral("Choose…"), "chooseLabels");
    found_->setObjectName(QStringLiteral("muted"));
    found_->setWordWrap(true);
    for (const models::PreprocessingPreset& preset : models::preprocessing_presets())
        preset_->addItem(text(preset.title), text(preset.name));
    preset_->setObjectName(QStringLiteral("preset"));
    resize_->setSpecialValueText(QStringLiteral("as it is, squeezed"));
    resize_->setToolTip(QStringLiteral("The picture's short side before the square is cut from its middle"));
    bgr_->setObjectName(QStringLiteral("bgr"));
    bytes_->setObjectName(QStringLiteral("bytes"));
    words_->setObjectName(QStringLiteral("muted"));
    words_->setWordWrap(true);

    auto* path = new QHBoxLayout;
    path->setSpacing(8);
    path->addWidget(folder_, 1);
    path->addWidget(chooser);
    auto* labels = new QHBoxLayout;
    labels->setSpacing(8);
    labels->addWidget(table_, 1);
    labels->addWidget(column_);
    labels->addWidget(tableChooser);
    auto* top = new QFormLayout;
    top->setSpacing(8);
    top->addRow(QStringLiteral("Folder of images"), path);
    top->addRow(QStringLiteral("Labels"), labels);
    top->addRow(QString(), found_);
    auto* parts = new QFormLayout;
    parts->setSpacing(8);
    parts->addRow(QStringLiteral("Prepared as for"), preset_);
    parts->addRow(QStringLiteral("Input size"), side_);
    parts->addRow(QStringLiteral("Short side to"), resize_);
    parts->addRow(QStringLiteral("Channels"), bgr_);
    parts->addRow(QStringLiteral("Values"), bytes_);
    // Both forms in one line.
    parts->labelForField(preset_)->setMinimumWidth(top->labelForField(path)->sizeHint().width());
    auto* left = new QVBoxLayout;
    left->setSpacing(8);
    left->addLayout(parts);
    left->addWidget(words_);
    left->addStretch();
    auto* turn = new QHBoxLayout;
    turn->setSpacing(8);
    turn->addWidget(before_);
    turn->addWidget(next_);
    turn->addStretch();
    auto* right = new QVBoxLayout;
    right->setSpacing(8);
    right->addWidget(preview_, 1);
    right->addLayout(turn);
    auto* row = new QHBoxLayout;
    row->setSpacing(24);
    row->addLayout(left, 2);
    row->addLayout(right, 5);
    auto* column = new QVBoxLayout(this);
    column->setSpacing(14);
    column->addLayout(top);
    column->addLayout(row, 1);

    setFocusProxy(folder_);
    connect(chooser, &QPushButton::clicked, this, &ImagesPage::choose);
    connect(tableChooser, &QPushButton::clicked, this, &ImagesPage::chooseTable);
    for (const QLineEdit* edit : {folder_, table_})
        connect(edit, &QLineEdit::editingFinished, this, [this] {
            if (folder_->text() != asked_ || table_->text() != askedTable_)
                list();
        });
    connect(table_, &QLineEdit::textChanged, this, [this](const QString& text) {
        if (text.isEmpty() && !askedTable_.isEmpty()) // by its button, which is no editing
            list();
    });
    connect(column_, &QComboBox::activated, this, [this] {
        askedColumn_ = column_->currentText().toStdString();
        list();
    });
    connect(preset_, &QComboBox::activated, this, &ImagesPage::takePreset);
    connect(side_, &QSpinBox::valueChanged, this, [this](int side) {
        preprocessing_ = models::with_size(preprocessing_, static_cast<std::size_t>(side));
        showParts();
        preview();
        Q_EMIT sideAsked(preprocessing_.size);
    });
    connect(resize_, &QSpinBox::valueChanged, this, &ImagesPage::takeParts);
    connect(bgr_, &QCheckBox::toggled, this, &ImagesPage::takeParts);
    connect(bytes_, &QCheckBox::toggled, this, &ImagesPage::takeParts);
    connect(before_, &QPushButton::clicked, this, [this] { walk(-1); });
    connect(next_, &QPushButton::clicked, this, [this] { walk(1); });
    showParts();
    refresh();
}

void ImagesPage::setModel(const jobs::InspectModelJob::Report& report) {
    if (report.description.file != model_) {
        model_ = report.description.file;
        preprocessing_ = report.preprocessing;
        preset_->setCurrentIndex(preset_->findData(QString::fromStdString(report.preset)));
    } else {
        preprocessing_ = models::with_size(preprocessing_, report.description.input.height);
    }
    showParts();
    preview();
    refresh();
}

void ImagesPage::choose() {
    const QString folder = questions_.folderOfImages ? questions_.folderOfImages(this) : QString();
    if (folder.isEmpty())
        return;
    folder_->setText(folder);
    list();
}

void ImagesPage::chooseTable() {
    const QString table = questions_.tableOfLabels ? questions_.tableOfLabels(this) : QString();
    if (table.isEmpty())
        return;
    table_->setText(table);
    list();
}

void ImagesPage::list() {
    listJob_.cancel();
    asked_ = folder_->text();
    if (askedTable_ != table_->text()) {
        askedTable_ = table_->text();
        askedColumn_.clear();
        column_->clear();
    }
    pictures_.reset();
    listProblem_.clear();
    previewProblem_.clear();
    shown_ = 0;
    preview_->clear();
    listing_ = !asked_.isEmpty();
    const std::size_t question = ++listQuestion_;
    const auto ended = [this, question](const QString& problem) {
        if (question != listQuestion_)
            return;
        listing_ = false;
        listProblem_ = problem;
        refresh();
    };
    if (listing_)
        listJob_ = runner_.run<jobs::ListPicturesJob>(
            this,
            {.sources = {asked_.toStdString()},
             .label_table = askedTable_.toStdString(),
             .label_column = askedColumn_},
            {.done =
                 [this, question, ended](jobs::ListPicturesJob::Result result) {
                     if (question == listQuestion_) {
                         pictures_ = std::move(result);
                         preview();
                     }
                     ended({});
                 },
             .failed = [ended](const jobs::Failure& failure) { ended(QString::fromStdString(failure.text)); },
             .cancelled = [ended] { ended(QStringLiteral("Stopped before the folder was gone through.")); }});
    refresh();
}

void ImagesPage::takePreset() {
    if (const auto preset = models::preprocessing_named(preset_->currentData().toString().toStdString()))
        preprocessing_ = models::with_size(*preset, preprocessing_.size);
    showParts();
    preview();
    Q_EMIT changed();
}

void ImagesPage::takeParts() {
    preprocessing_.resize = static_cast<std::size_t>(resize_->value());
    if (preprocessing_.resize != 0 && preprocessing_.resize < preprocessing_.size)
        preprocessing_.resize = preprocessing_.size;
    preprocessing_.bgr = bgr_->isChecked();
    if (preprocessing_.bytes != bytes_->isChecked()) {
        // Mean and deviation are told on the scale of the values.
        preprocessing_.bytes = bytes_->isChecked();
        const float factor = preprocessing_.bytes ? 255.0F : 1.0F / 255.0F;
        for (auto* values : {&preprocessing_.mean, &preprocessing_.deviation})
            for (float& value : *values)
                value *= factor;
    }
    showParts();
    preview();
    Q_EMIT changed();
}

void ImagesPage::showParts() {
    const QSignalBlocker quiet[] = {QSignalBlocker(side_), QSignalBlocker(resize_), QSignalBlocker(bgr_),
                                    QSignalBlocker(bytes_)};
    side_->setValue(static_cast<int>(preprocessing_.size));
    resize_->setValue(static_cast<int>(preprocessing_.resize));
    bgr_->setChecked(preprocessing_.bgr);
    bytes_->setChecked(preprocessing_.bytes);
    words_->setText(QString::fromStdString(models::text_of(preprocessing_)));
}

void ImagesPage::preview() {
    previewJob_.cancel();
    if (!pictures_ || pictures_->paths.empty())
        return;
    const std::size_t question = ++previewQuestion_;
    const QString name = QString::fromStdString(pictures_->ids[shown_]);
    previewJob_ = runner_.run<jobs::PreviewJob>(
        this, {pictures_->paths[shown_], preprocessing_},
        {.done =
             [this, question, name, preprocessing = preprocessing_](const jobs::PreviewJob::Result& result) {
                 if (question != previewQuestion_)
                     return;
                 previewProblem_.clear();
                 preview_->show(result, preprocessing, name);
                 Q_EMIT changed();
             },
         .failed =
             [this, question](const jobs::Failure& failure) {
                 if (question != previewQuestion_)
                     return;
                 previewProblem_ = QString::fromStdString(failure.text);
                 preview_->clear();
                 Q_EMIT changed();
             }},
        true);
}

void ImagesPage::walk(int step) {
    if (!pictures_)
        return;
    const std::size_t all = pictures_->paths.size();
    shown_ = (shown_ + all + static_cast<std::size_t>(step + static_cast<int>(all))) % all;
    preview();
}

QString ImagesPage::problem() const {
    return listProblem_.isEmpty() ? previewProblem_ : listProblem_;
}

// The columns stay while another is tried, and go with the table.
void ImagesPage::showColumns() {
    if (pictures_ && !pictures_->table_columns.empty()) {
        column_->clear();
        for (const std::string& name : pictures_->table_columns)
            column_->addItem(QString::fromStdString(name));
        column_->setCurrentText(QString::fromStdString(pictures_->label_column));
    }
    column_->setVisible(!askedTable_.isEmpty() && column_->count() > 0);
}

void ImagesPage::refresh() {
    showColumns();
    QStringList facts;
    if (listing_) {
        facts << QStringLiteral("Looking for pictures…");
    } else if (pictures_) {
        QString count = QStringLiteral("%1 pictures").arg(pictures_->ids.size());
        if (const std::size_t labels = labelsOf(*pictures_); labels > 0)
            count += QStringLiteral(", %1 labels").arg(labels);
        facts << count;
        for (const std::string& note : pictures_->notes)
            facts << QString::fromStdString(note);
    }
    found_->setText(facts.join(QStringLiteral(" · ")));
    for (QPushButton* turn : {before_, next_})
        turn->setEnabled(pictures_ && pictures_->paths.size() > 1);
    Q_EMIT changed();
}

} // namespace stratoscope::ui
