#include "ui/views/layers_panel.h"

#include "ui/painting/text.h"

#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QPainter>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace stratoscope::ui {
namespace {

constexpr int pathRole = Qt::UserRole;

QIcon swatch(const QColor& colour) {
    QPixmap picture(24, 24);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawRoundedRect(QRectF(4, 4, 16, 16), 3, 3);
    return QIcon(picture);
}

QString sizeOf(const Layer& layer) {
    if (!layer.usable())
        return text(layer.unusable);
    QString out = QStringLiteral("%1 numbers an image").arg(layer.rows->cols());
    if (!layer.pooling.empty() && layer.pooling != "none")
        out += QStringLiteral(", pooled: %1").arg(text(layer.pooling));
    return out + QStringLiteral(", %1").arg(text(name_of(layer.rows->element_type())));
}

QTreeWidget* plainTree(QWidget* parent, const char* name) {
    auto* tree = new QTreeWidget(parent);
    tree->setObjectName(QLatin1String(name));
    tree->setHeaderHidden(true);
    tree->setFrameShape(QFrame::NoFrame);
    tree->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    tree->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    tree->setTextElideMode(Qt::ElideMiddle); // names of one family differ at their ends
    return tree;
}

} // namespace

LayersPanel::LayersPanel(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent), session_(session), selection_(selection), tree_(plainTree(this, "layerTree")),
      healthTitle_(new QLabel(QStringLiteral("Health"), this)), health_(new QListWidget(this)) {
    setObjectName(QStringLiteral("layersPanel"));
    healthTitle_->setObjectName(QStringLiteral("cardTitle"));
    tree_->setAccessibleName(QStringLiteral("Models and layers"));
    tree_->setColumnCount(2);
    tree_->setIndentation(13);
    tree_->header()->setStretchLastSection(false);
    tree_->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    tree_->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    health_->setAccessibleName(QStringLiteral("What to know of the files"));
    health_->setObjectName(QStringLiteral("healthList"));
    health_->setFrameShape(QFrame::NoFrame);
    health_->setWordWrap(true);
    health_->setTextElideMode(Qt::ElideNone);
    health_->setResizeMode(QListView::Adjust);
    health_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    health_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    health_->setIconSize(QSize(12, 12));
    health_->setSelectionMode(QAbstractItemView::NoSelection);
    health_->setFocusPolicy(Qt::NoFocus);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(tree_, 5);
    column->addWidget(healthTitle_);
    column->addWidget(health_, 3);

    connect(&session, &Session::datasetChanged, this, &LayersPanel::rebuildTree);
    connect(&session, &Session::imagesChanged, this, &LayersPanel::rebuildTree);
    connect(&session, &Session::healthChanged, this, &LayersPanel::rebuildHealth);
    connect(&session, &Session::datasetChanged, this, &LayersPanel::rebuildHealth);
    connect(&selection, &Selection::hoverChanged, this, &LayersPanel::markHovered);
    connect(&selection, &Selection::changed, this, &LayersPanel::markHovered);
    connect(tree_, &QTreeWidget::itemChanged, this, &LayersPanel::ticked);
}

void LayersPanel::setStyle_(const Style& style) {
    style_ = style;
    health_->setFont(style.small());
    rebuildTree();
    rebuildHealth();
}

void LayersPanel::rebuildTree() {
    const auto dataset = session_.dataset();
    filling_ = true;
    tree_->clear();
    for (std::size_t m = 0; dataset && m < dataset->models.size(); ++m) {
        const Model& model = dataset->models[m];
        const bool statistics = model.family == statistics_family;
        const auto colour = session_.modelColours().find(model.name);
        auto* parent =
            new QTreeWidgetItem(tree_, {statistics ? QStringLiteral("Image statistics") : text(model.title),
                                        QString::number(model.layers.size())});
        parent->setIcon(
            0, swatch(colour == session_.modelColours().end() ? style_.muted : style_.model(colour->second)));
        parent->setForeground(1, style_.muted);
        parent->setFlags(parent->flags() | Qt::ItemIsUserCheckable | Qt::ItemIsAutoTristate);
        QStringList about{text(model.title)};
        for (const std::string* fact : {&model.family, &model.objective, &model.source, &model.preprocessing})
            if (!fact->empty())
                about << text(*fact);
        parent->setToolTip(0, about.join(QLatin1Char('\n')));
        for (std::size_t l = 0; l < model.layers.size(); ++l) {
            const Layer& layer = model.layers[l];
            const std::string path = dataset->path_of({m, l});
            auto* item = new QTreeWidgetItem(
                parent, {text(layer.name),
                         layer.usable() ? QString::number(layer.rows->cols()) : QStringLiteral("–")});
            item->setData(0, pathRole, text(path));
            item->setFlags(item->flags() | Qt::ItemIsUserCheckable | Qt::ItemNeverHasChildren);
            item->setCheckState(0, session_.hidden().contains(path) ? Qt::Unchecked : Qt::Checked);
            item->setForeground(1, style_.muted);
            item->setToolTip(0, text(layer.name) + QLatin1Char('\n') + sizeOf(layer));
            if (!layer.usable())
                item->setForeground(0, style_.bad);
        }
    }
    filling_ = false;
    Q_EMIT summaryChanged();
}

void LayersPanel::rebuildHealth() {
    health_->clear();
    const auto dataset = session_.dataset();
    const auto& health = session_.health();
    healthTitle_->setVisible(dataset != nullptr);
    health_->setVisible(dataset != nullptr);
    if (!dataset)
        return;
    if (!health) {
        auto* item = new QListWidgetItem(QStringLiteral("reading all layers …"), health_);
        item->setForeground(style_.muted);
        return;
    }
    for (const HealthLine& line : health->lines) {
        const QColor colour = line.severity == Severity::problem  ? style_.bad
                              : line.severity == Severity::notice ? style_.warning
                                                                  : style_.good;
        const QString where = line.layer.empty() ? QString() : text(line.layer) + QStringLiteral(": ");
        auto* item = new QListWidgetItem(swatch(colour), where + text(line.text), health_);
        item->setToolTip(where + text(line.text));
    }
}

void LayersPanel::ticked(QTreeWidgetItem* item) {
    if (filling_ || item == nullptr)
        return;
    // A model's tick changes its layers one by one; what is meant is told once they all did.
    filling_ = true;
    QMetaObject::invokeMethod(
        this,
        [this] {
            filling_ = false;
            publish();
        },
        Qt::QueuedConnection);
}

void LayersPanel::publish() {
    std::set<std::string> hidden;
    for (int m = 0; m < tree_->topLevelItemCount(); ++m)
        for (int l = 0; l < tree_->topLevelItem(m)->childCount(); ++l) {
            const QTreeWidgetItem* item = tree_->topLevelItem(m)->child(l);
            if (item->checkState(0) != Qt::Checked)
                hidden.insert(item->data(0, pathRole).toString().toStdString());
        }
    session_.setHidden(std::move(hidden));
    Q_EMIT summaryChanged();
}

void LayersPanel::markHovered() {
    const auto& hovered = selection_.hoveredPair();
    const auto& pair = hovered ? hovered : selection_.picked().pair;
    const QSignalBlocker quiet(tree_);
    QFont marked = style_.font;
    marked.setWeight(QFont::DemiBold);
    for (int m = 0; m < tree_->topLevelItemCount(); ++m) {
        QTreeWidgetItem* model = tree_->topLevelItem(m);
        bool any = false;
        for (int l = 0; l < model->childCount(); ++l) {
            const std::string path = model->child(l)->data(0, pathRole).toString().toStdString();
            const bool its = pair && (path == pair->from || path == pair->to);
            any = any || its;
            model->child(l)->setFont(0, its ? marked : style_.font);
        }
        model->setFont(0, any ? marked : style_.font);
    }
}

QString LayersPanel::summary() const {
    const auto dataset = session_.dataset();
    if (!dataset)
        return {};
    const std::size_t all = dataset->all_layers().size();
    return QStringLiteral("%1 of %2").arg(all - std::min(all, session_.hidden().size())).arg(all);
}

} // namespace stratoscope::ui
