#include "ui/playground/playground_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>

namespace stratoscope::ui {

PlaygroundPanel::PlaygroundPanel(const std::vector<PlaygroundExample>& examples, QWidget* parent)
    : Card(QStringLiteral("Examples"), parent), examples_(examples), list_(new QListWidget(this)),
      text_(new QLabel(this)), ways_(new QTabBar(this)), kLabel_(new QLabel(this)),
      k_(new QSlider(Qt::Horizontal, this)), noiseLabel_(new QLabel(this)),
      noise_(new QSlider(Qt::Horizontal, this)), undo_(new QPushButton(QStringLiteral("Undo"), this)),
      reset_(new QPushButton(QStringLiteral("Reset"), this)),
      tour_(new QPushButton(QStringLiteral("Tour of real models"), this)) {
    list_->setObjectName(QStringLiteral("playgroundExamples"));
    list_->setAccessibleName(QStringLiteral("Examples"));
    for (const PlaygroundExample& example : examples) {
        auto* item = new QListWidgetItem(example.title, list_);
        item->setSizeHint(QSize(0, list_->fontMetrics().height() + 8));
    }
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    text_->setObjectName(QStringLiteral("playgroundText"));
    text_->setWordWrap(true);
    text_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    ways_->setObjectName(QStringLiteral("playgroundWays"));
    ways_->setAccessibleName(QStringLiteral("Direction"));
    ways_->addTab(QStringLiteral("A → B"));
    ways_->addTab(QStringLiteral("B → A"));
    ways_->setDrawBase(false);
    ways_->setExpanding(true);
    ways_->setToolTip(QStringLiteral("Neighbours are found in the first and ranked in the second"));
    k_->setObjectName(QStringLiteral("playgroundK"));
    k_->setAccessibleName(QStringLiteral("k, the number of neighbours"));
    k_->setRange(1, mostNeighbours);
    k_->setPageStep(1);
    k_->setToolTip(QStringLiteral("How many nearest neighbours of each image are followed"));
    noise_->setObjectName(QStringLiteral("playgroundNoise"));
    noise_->setAccessibleName(QStringLiteral("Noise in B, percent"));
    noise_->setRange(0, 100);
    noise_->setPageStep(10);
    noise_->setToolTip(
        QStringLiteral("Takes every image of B towards a place drawn by lot; at 100 % it is there"));
    undo_->setObjectName(QStringLiteral("playgroundUndo"));
    undo_->setToolTip(QStringLiteral("Back by one action (Ctrl+Z)"));
    reset_->setObjectName(QStringLiteral("playgroundReset"));
    reset_->setToolTip(QStringLiteral("As the example was"));
    tour_->setObjectName(QStringLiteral("playgroundTour"));
    tour_->setToolTip(QStringLiteral("Leads through the bundled demo: the same measure between the steps of "
                                     "real networks"));
    for (QPushButton* button : {undo_, reset_, tour_})
        button->setAutoDefault(false);

    auto* hint = new QLabel(QStringLiteral("Drag any point, in A or B. Or type its number and use the arrow "
                                           "keys."),
                            this);
    hint->setObjectName(QStringLiteral("muted"));
    hint->setWordWrap(true);
    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(list_);
    column->addWidget(text_);
    column->addSpacing(4);
    column->addWidget(ways_);
    column->addWidget(kLabel_);
    column->addWidget(k_);
    column->addWidget(noiseLabel_);
    column->addWidget(noise_);
    auto* back = new QHBoxLayout;
    back->addWidget(undo_, 1);
    back->addWidget(reset_, 1);
    column->addLayout(back);
    column->addStretch(1);
    column->addWidget(hint);
    column->addWidget(tour_);
    setBody(body);

    connect(list_, &QListWidget::currentRowChanged, this, [this](int row) {
        if (row >= 0)
            Q_EMIT exampleAsked(static_cast<std::size_t>(row));
    });
    // A click on the example that is chosen already leads back to it.
    connect(list_, &QListWidget::itemClicked, this,
            [this] { Q_EMIT exampleAsked(static_cast<std::size_t>(list_->currentRow())); });
    connect(k_, &QSlider::valueChanged, this, [this] {
        refreshLabels();
        Q_EMIT kChanged();
    });
    connect(ways_, &QTabBar::currentChanged, this, &PlaygroundPanel::wayChanged);
    connect(noise_, &QSlider::valueChanged, this, [this](int percent) {
        refreshLabels();
        Q_EMIT noiseAsked(percent / 100.0);
    });
    connect(noise_, &QSlider::sliderReleased, this, &PlaygroundPanel::noiseReleased);
    connect(undo_, &QPushButton::clicked, this, &PlaygroundPanel::undoAsked);
    connect(reset_, &QPushButton::clicked, this, &PlaygroundPanel::resetAsked);
    connect(tour_, &QPushButton::clicked, this, &PlaygroundPanel::tourAsked);
    refreshLabels();
}

void PlaygroundPanel::showState(std::size_t example, double noise, bool canUndo, bool canReset) {
    const QSignalBlocker quietList(list_);
    const QSignalBlocker quietNoise(noise_);
    list_->setCurrentRow(static_cast<int>(example));
    list_->setFixedHeight(list_->count() * list_->sizeHintForRow(0) + 2 * list_->frameWidth());
    text_->setText(examples_[example].text);
    noise_->setValue(qRound(100.0 * noise));
    undo_->setEnabled(canUndo);
    reset_->setEnabled(canReset);
    refreshLabels();
}

// As high as the longest text needs, so that what is below stays where it is.
void PlaygroundPanel::resizeEvent(QResizeEvent* event) {
    Card::resizeEvent(event);
    QLabel measured;
    measured.setFont(text_->font());
    measured.setWordWrap(true);
    const int width = contentsRect().width() - 24;
    int height = 0;
    for (const PlaygroundExample& example : examples_) {
        measured.setText(example.text);
        height = std::max(height, measured.heightForWidth(width));
    }
    text_->setFixedHeight(height);
}

std::size_t PlaygroundPanel::k() const {
    return static_cast<std::size_t>(k_->value());
}

Way PlaygroundPanel::way() const {
    return ways_->currentIndex() == 0 ? Way::aToB : Way::bToA;
}

void PlaygroundPanel::setTourOffered(bool offered) {
    tour_->setVisible(offered);
}

void PlaygroundPanel::refreshLabels() {
    kLabel_->setText(k_->value() == 1 ? QStringLiteral("k = 1 nearest neighbour")
                                      : QStringLiteral("k = %1 nearest neighbours").arg(k_->value()));
    noiseLabel_->setText(QStringLiteral("Noise in B: %1 %").arg(noise_->value()));
}

} // namespace stratoscope::ui
