#include "ui/question_bar.h"

#include "ui/measure_box.h"
#include "ui/painting/text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStyle>

#include <algorithm>
#include <initializer_list>
#include <limits>

namespace stratoscope::ui {
QuestionBar::QuestionBar(Session& session, QWidget* parent)
    : QWidget(parent), session_(session), measureLabel_(new QLabel(QStringLiteral("Measure"), this)),
      measure_(new MeasureBox(MeasureBox::Extra::presets, this)),
      kLabel_(new QLabel(QStringLiteral("k"), this)), k_(new QSpinBox(this)),
      distanceLabel_(new QLabel(QStringLiteral("Distance"), this)), distance_(new QComboBox(this)),
      poolingLabel_(new QLabel(QStringLiteral("Pooling"), this)), pooling_(new QComboBox(this)),
      scaleLabel_(new QLabel(QStringLiteral("Scale"), this)),
      scale_(new QComboBox(this)), words_{measureLabel_, scaleLabel_, distanceLabel_, poolingLabel_} {
    setObjectName(QStringLiteral("questionBar"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(4, 0, 4, 0);
    row->setSpacing(6);
    measureLabel_->setBuddy(measure_);
    for (QWidget* part :
         std::initializer_list<QWidget*>{measureLabel_, measure_, kLabel_, k_, distanceLabel_, distance_,
                                         poolingLabel_, pooling_, scaleLabel_, scale_})
        row->addWidget(part);
    row->addStretch(1);
    for (QComboBox* whole : {distance_, pooling_, scale_})
        whole->setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed); // only the measure's name is cut

    measure_->setObjectName(QStringLiteral("measureChoice"));
    measure_->setMinimumContentsLength(20); // presets have longer names, seen when it is open
    measure_->setAccessibleName(QStringLiteral("Measure"));
    k_->setObjectName(QStringLiteral("kChoice"));
    k_->setAccessibleName(QStringLiteral("k, the number of neighbours"));
    k_->setKeyboardTracking(false); // not at every digit
    distance_->setObjectName(QStringLiteral("distanceChoice"));
    distance_->setAccessibleName(QStringLiteral("Distance"));
    for (const Distance distance : {Distance::euclidean, Distance::cosine, Distance::hamming})
        distance_->addItem(text(name_of(distance)), static_cast<int>(distance));
    distance_->setToolTip(QStringLiteral(
        "How near two images are in a layer. Hamming: in how many units one is active and the other is not"));
    pooling_->setObjectName(QStringLiteral("poolingChoice"));
    pooling_->setAccessibleName(QStringLiteral("Pooling"));
    pooling_->setToolTip(
        QStringLiteral("How a map of activations becomes one row an image; a choice that moves values"));
    scale_->setObjectName(QStringLiteral("scaleChoice"));
    scale_->setAccessibleName(QStringLiteral("Scale"));
    scale_->addItem(QStringLiteral("logarithmic"), static_cast<int>(ScaleKind::logarithmic));
    scale_->addItem(QStringLiteral("linear"), static_cast<int>(ScaleKind::linear));
    scale_->setToolTip(QStringLiteral(
        "Of colours and axes, between “same” and “unrelated”; colours of similarities are always linear"));

    connect(measure_, &QComboBox::activated, this, &QuestionBar::chooseMeasure);
    connect(k_, &QSpinBox::valueChanged, this, [this](int k) {
        Settings settings = session_.settings();
        settings.k = std::min(static_cast<std::size_t>(k), mostNeighbours());
        session_.setSettings(settings);
    });
    connect(distance_, &QComboBox::activated, this, [this] {
        Settings settings = session_.settings();
        settings.distance = static_cast<Distance>(distance_->currentData().toInt());
        session_.setSettings(settings);
    });
    connect(pooling_, &QComboBox::activated, this, [this] {
        Settings settings = session_.settings();
        settings.pooling = pooling_->currentText().toStdString();
        session_.setSettings(settings);
    });
    connect(scale_, &QComboBox::activated, this, [this] {
        Settings settings = session_.settings();
        settings.scale = static_cast<ScaleKind>(scale_->currentData().toInt());
        session_.setSettings(settings);
    });
    connect(&session, &Session::settingsChanged, this, &QuestionBar::refresh);
    connect(&session, &Session::datasetChanged, this, &QuestionBar::refresh);
    refresh();
}

void QuestionBar::chooseMeasure(int index) {
    const QString name = measure_->itemData(index).toString();
    Settings settings = session_.settings();
    if (name.startsWith(QStringLiteral("preset:"))) {
        const measures::Preset* preset = measures::find_preset(name.mid(7).toStdString());
        if (preset == nullptr)
            return;
        settings.measure = std::string(preset->measure);
        settings.k = preset->k;
        settings.distance = preset->distance;
    } else {
        settings.measure = name.toStdString();
    }
    session_.setSettings(settings);
    refresh(); // a preset's entry gives way to its measure, even where nothing changed
}

void QuestionBar::refresh() {
    const Settings& settings = session_.settings();
    measure_->choose(QString::fromStdString(settings.measure));
    const measures::MeasureInfo* info = measures::find_measure(settings.measure);
    const measures::MeasureInfo* beside = measures::find_measure(settings.beside.value_or(std::string()));
    const auto taken = [&](bool measures::MeasureInfo::*takes) {
        return info == nullptr || info->*takes || (beside != nullptr && beside->*takes);
    };
    k_->setEnabled(taken(&measures::MeasureInfo::takes_k));
    kLabel_->setEnabled(k_->isEnabled());
    refreshK();
    distance_->setCurrentIndex(distance_->findData(static_cast<int>(settings.distance)));
    distance_->setEnabled(taken(&measures::MeasureInfo::takes_distance));
    distanceLabel_->setEnabled(distance_->isEnabled());
    scale_->setCurrentIndex(scale_->findData(static_cast<int>(settings.scale)));
    refreshPoolings();
}

std::size_t QuestionBar::mostNeighbours() const {
    constexpr std::size_t untilAFileIsOpen = 100000;
    const auto dataset = session_.dataset();
    return dataset ? std::max<std::size_t>(1, measures::most_neighbours(dataset->images.size()))
                   : untilAFileIsOpen;
}

// Never another k than the one that was asked, though it be one that can't be, from the command line say.
void QuestionBar::refreshK() {
    const QSignalBlocker quiet(k_);
    const std::size_t most = mostNeighbours();
    const std::size_t k = std::min<std::size_t>(session_.k(), std::numeric_limits<int>::max());
    const bool impossible = k > most && k_->isEnabled();
    k_->setRange(1, static_cast<int>(std::max(most, k)));
    k_->setValue(static_cast<int>(k));
    k_->setToolTip(
        impossible
            ? QStringLiteral("k = %1 can't be: %2 images allow 1 to %3")
                  .arg(session_.k())
                  .arg(session_.dataset()->images.size())
                  .arg(most)
            : QStringLiteral(
                  "How many nearest neighbours of each image are followed from one layer into the other"));
    if (k_->property("impossible").toBool() == impossible)
        return;
    k_->setProperty("impossible", impossible);
    k_->style()->unpolish(k_); // the style sheet looks at properties but once
    k_->style()->polish(k_);
}

void QuestionBar::refreshPoolings() {
    const std::vector<std::string> choices = session_.poolings();
    pooling_->setVisible(choices.size() > 1);
    pooling_->clear();
    for (const std::string& choice : choices)
        pooling_->addItem(QString::fromStdString(choice));
    pooling_->setCurrentIndex(pooling_->findText(QString::fromStdString(session_.settings().pooling)));
    fit();
    updateGeometry();
}

bool QuestionBar::asked(const QWidget* part) const {
    return (part != pooling_ && part != poolingLabel_) || pooling_->isVisibleTo(this);
}

int QuestionBar::widthWithout(std::size_t words, int measure) const {
    const QMargins around = layout()->contentsMargins();
    int width = around.left() + around.right();
    for (int at = 0; at < layout()->count(); ++at) {
        const QWidget* part = layout()->itemAt(at)->widget();
        const auto word = static_cast<std::size_t>(std::ranges::find(words_, part) - words_.begin());
        if (part != nullptr && asked(part) && word >= words)
            width += (part == measure_ ? measure : part->sizeHint().width()) + layout()->spacing();
    }
    return width;
}

QSize QuestionBar::sizeHint() const {
    return {widthWithout(0, measure_->sizeHint().width()), layout()->sizeHint().height()};
}

QSize QuestionBar::minimumSizeHint() const {
    return {widthWithout(words_.size(), measure_->minimumSizeHint().width()),
            layout()->minimumSize().height()};
}

void QuestionBar::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fit();
}

// Words go, one after the other, before the measure's name is cut.
void QuestionBar::fit() {
    std::size_t gone = 0;
    while (gone < words_.size() && widthWithout(gone, measure_->sizeHint().width()) > width())
        ++gone;
    for (std::size_t at = 0; at < words_.size(); ++at)
        words_[at]->setVisible(at >= gone && asked(words_[at]));
}

} // namespace stratoscope::ui
