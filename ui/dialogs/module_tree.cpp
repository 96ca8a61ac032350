#include "ui/dialogs/module_tree.h"

#include "ui/dialogs/model_page.h"

#include <QHeaderView>
#include <QSignalBlocker>

namespace stratoscope::ui {
namespace {

enum Column { module, type, parameters, shape, columns };
constexpr int nameRole = Qt::UserRole;
constexpr int columnGap = 10;

QString shapeText(const std::vector<std::size_t>& shape) {
    QStringList sizes;
    for (const std::size_t size : shape)
        sizes << QString::number(size);
    return sizes.join(QStringLiteral(" × "));
}

} // namespace

ModuleTree::ModuleTree(QWidget* parent) : QTreeWidget(parent) {
    setObjectName(QStringLiteral("moduleTree"));
    setColumnCount(columns);
    setHeaderLabels({QStringLiteral("Module"), QStringLiteral("Type"), QStringLiteral("Parameters"),
                     QStringLiteral("Output")});
    setUniformRowHeights(true);
    header()->setStretchLastSection(true);
    connect(this, &QTreeWidget::itemChanged, this, &ModuleTree::tickedChanged);
}

void ModuleTree::addOutput(QTreeWidgetItem* item, const models::ModuleOutput& output) {
    item->setText(shape, shapeText(output.shape));
    if (output.tappable()) {
        item->setData(module, nameRole, QString::fromStdString(output.name));
        item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
        item->setCheckState(module, Qt::Unchecked);
        outputs_.push_back(item);
    } else {
        item->setToolTip(module, QString::fromStdString(output.untappable));
        item->setForeground(module, palette().color(QPalette::PlaceholderText));
    }
}

void ModuleTree::setModel(const models::ModelDescription& model, const std::set<std::string>& ticked) {
    const QSignalBlocker quiet(this);
    clear();
    outputs_.clear();
    QList<QTreeWidgetItem*> top;
    std::vector<QTreeWidgetItem*> above; // by depth; the tree is in depth-first order
    for (const models::ModuleInfo& info : model.modules) {
        auto* item = new QTreeWidgetItem;
        const std::size_t dot = info.path.rfind('.');
        item->setText(
            module, QString::fromStdString(dot == std::string::npos ? info.path : info.path.substr(dot + 1)));
        item->setText(type, QString::fromStdString(info.type));
        if (info.parameters > 0)
            item->setText(parameters, largeNumber(static_cast<double>(info.parameters)));
        item->setTextAlignment(parameters, Qt::AlignRight | Qt::AlignVCenter);
        item->setToolTip(module, QString::fromStdString(info.path));
        above.resize(std::min(above.size(), info.depth));
        if (above.empty())
            top << item;
        else
            above.back()->addChild(item);
        above.push_back(item);
        if (!info.tappable()) {
            item->setToolTip(module, QString::fromStdString(info.path + ": " + info.untappable));
            item->setForeground(module, palette().color(QPalette::PlaceholderText));
        } else if (info.outputs.size() == 1) {
            addOutput(item, info.outputs.front());
        } else {
            for (const models::ModuleOutput& output : info.outputs) {
                auto* part = new QTreeWidgetItem(item);
                part->setText(module, QString::fromStdString(output.name));
                addOutput(part, output);
            }
        }
    }
    addTopLevelItems(top);
    tick(ticked);
    expandAll(); // for the widths
    for (int column = 0; column < shape; ++column) {
        resizeColumnToContents(column);
        setColumnWidth(column, columnWidth(column) + columnGap);
    }
    collapseAll();
    revealTicked();
}

void ModuleTree::tick(const std::set<std::string>& outputs) {
    {
        const QSignalBlocker quiet(this);
        for (QTreeWidgetItem* item : outputs_) {
            const bool on = outputs.contains(item->data(module, nameRole).toString().toStdString());
            item->setCheckState(module, on ? Qt::Checked : Qt::Unchecked);
        }
    }
    viewport()->update();
    revealTicked();
    Q_EMIT tickedChanged();
}

void ModuleTree::revealTicked() {
    for (QTreeWidgetItem* item : outputs_)
        if (item->checkState(module) == Qt::Checked)
            for (QTreeWidgetItem* parent = item->parent(); parent != nullptr; parent = parent->parent())
                parent->setExpanded(true);
}

std::vector<std::string> ModuleTree::ticked() const {
    std::vector<std::string> names;
    for (const QTreeWidgetItem* item : outputs_)
        if (item->checkState(module) == Qt::Checked)
            names.push_back(item->data(module, nameRole).toString().toStdString());
    return names;
}

} // namespace stratoscope::ui
