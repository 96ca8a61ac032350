#include "ui/dialogs/module_tree_model.h"

#include "ui/dialogs/model_page.h"

#include <QGuiApplication>
#include <QPalette>

#include <algorithm>

namespace stratoscope::ui {
namespace {

QString shapeText(const std::vector<std::size_t>& shape) {
    QStringList sizes;
    for (const std::size_t size : shape)
        sizes << QString::number(size);
    return sizes.join(QStringLiteral(" × "));
}

} // namespace

void ModuleTreeModel::setDescription(std::shared_ptr<const models::ModelDescription> description,
                                     const std::set<std::string>& ticked) {
    beginResetModel();
    nodes_.clear();
    top_.clear();
    description_ = std::move(description);
    std::vector<int> above; // by depth; the modules are in depth-first order
    for (const models::ModuleInfo& info : description_->modules) {
        above.resize(std::min(above.size(), info.depth));
        const bool single = info.tappable() && info.outputs.size() == 1;
        const int node =
            add(info, single ? &info.outputs.front() : nullptr, false, above.empty() ? none : above.back());
        above.push_back(node);
        if (info.tappable() && !single)
            for (const models::ModuleOutput& output : info.outputs)
                add(info, &output, true, node);
    }
    for (Node& node : nodes_)
        node.ticked = node.tickable() && ticked.contains(node.output->name);
    endResetModel();
    Q_EMIT tickedChanged();
}

int ModuleTreeModel::add(const models::ModuleInfo& info, const models::ModuleOutput* output, bool part,
                         int parent) {
    const int node = static_cast<int>(nodes_.size());
    std::vector<int>& siblings = parent == none ? top_ : nodes_[static_cast<std::size_t>(parent)].children;
    const int row = static_cast<int>(siblings.size());
    siblings.push_back(node);
    nodes_.push_back({&info, output, part, parent, row, {}});
    return node;
}

void ModuleTreeModel::tick(const std::set<std::string>& outputs) {
    for (Node& node : nodes_)
        node.ticked = node.tickable() && outputs.contains(node.output->name);
    if (!top_.empty()) // the view asks again for what it shows, wherever it is
        Q_EMIT dataChanged(index(0, module), index(rowCount() - 1, module), {Qt::CheckStateRole});
    Q_EMIT tickedChanged();
}

std::vector<const models::ModuleOutput*> ModuleTreeModel::ticked() const {
    std::vector<const models::ModuleOutput*> outputs;
    for (const Node& node : nodes_)
        if (node.ticked)
            outputs.push_back(node.output);
    return outputs;
}

std::vector<QModelIndex> ModuleTreeModel::aroundTicked() const {
    std::vector<bool> around(nodes_.size(), false);
    for (const Node& node : nodes_)
        for (int parent = node.ticked ? node.parent : none;
             parent != none && !around[static_cast<std::size_t>(parent)];
             parent = nodes_[static_cast<std::size_t>(parent)].parent)
            around[static_cast<std::size_t>(parent)] = true;
    std::vector<QModelIndex> indexes;
    for (std::size_t node = 0; node < around.size(); ++node)
        if (around[node])
            indexes.push_back(indexOf(static_cast<int>(node)));
    return indexes;
}

ModuleTreeModel::Widest ModuleTreeModel::widest(Column column, double lettersALevel) const {
    Widest widest;
    double most = 0.0;
    for (const Node& node : nodes_) {
        const int depth = static_cast<int>(node.info->depth) + (node.part ? 1 : 0);
        QString one = text(node, column);
        const double letters = static_cast<double>(one.size()) + lettersALevel * depth;
        if (letters > most) {
            most = letters;
            widest = {std::move(one), depth};
        }
    }
    return widest;
}

const ModuleTreeModel::Node& ModuleTreeModel::at(const QModelIndex& index) const {
    return nodes_[index.internalId()];
}

const std::vector<int>& ModuleTreeModel::childrenOf(const QModelIndex& parent) const {
    return parent.isValid() ? at(parent).children : top_;
}

QModelIndex ModuleTreeModel::indexOf(int node) const {
    return createIndex(nodes_[static_cast<std::size_t>(node)].row, module, static_cast<quintptr>(node));
}

QModelIndex ModuleTreeModel::index(int row, int column, const QModelIndex& parent) const {
    const std::vector<int>& children = childrenOf(parent);
    if (row < 0 || row >= static_cast<int>(children.size()) || column < 0 || column >= columns)
        return {};
    return createIndex(row, column, static_cast<quintptr>(children[static_cast<std::size_t>(row)]));
}

QModelIndex ModuleTreeModel::parent(const QModelIndex& child) const {
    const int node = child.isValid() ? at(child).parent : none;
    return node == none ? QModelIndex() : indexOf(node);
}

int ModuleTreeModel::rowCount(const QModelIndex& parent) const {
    return parent.column() > 0 ? 0 : static_cast<int>(childrenOf(parent).size());
}

int ModuleTreeModel::columnCount(const QModelIndex&) const {
    return columns;
}

QString ModuleTreeModel::text(const Node& node, Column column) {
    const models::ModuleInfo& info = *node.info;
    if (column == module) {
        const std::string& name = node.part ? node.output->name : info.path;
        const std::size_t dot = node.part ? std::string::npos : name.rfind('.');
        return QString::fromStdString(dot == std::string::npos ? name : name.substr(dot + 1));
    }
    if (column == shape)
        return node.output != nullptr ? shapeText(node.output->shape) : QString();
    if (node.part)
        return {};
    if (column == type)
        return QString::fromStdString(info.type);
    return info.parameters > 0 ? largeNumber(static_cast<double>(info.parameters)) : QString();
}

QVariant ModuleTreeModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const Node& node = at(index);
    const auto column = static_cast<Column>(index.column());
    const std::string& reason = node.part ? node.output->untappable : node.info->untappable;
    switch (role) {
    case Qt::DisplayRole:
        return text(node, column);
    case Qt::TextAlignmentRole:
        return column == parameters ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case Qt::CheckStateRole:
        return column == module && node.tickable() ? QVariant(node.ticked ? Qt::Checked : Qt::Unchecked)
                                                   : QVariant();
    case Qt::ToolTipRole:
        if (column != module)
            return column == type ? QVariant(text(node, column)) : QVariant();
        return QString::fromStdString(node.info->path + (reason.empty() ? "" : ": " + reason));
    case Qt::ForegroundRole:
        return column == module && !reason.empty()
                   ? QVariant(QGuiApplication::palette().color(QPalette::PlaceholderText))
                   : QVariant();
    default:
        return {};
    }
}

bool ModuleTreeModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::CheckStateRole || !index.isValid() || !at(index).tickable())
        return false;
    nodes_[index.internalId()].ticked = value.value<Qt::CheckState>() == Qt::Checked;
    Q_EMIT dataChanged(index, index, {role});
    Q_EMIT tickedChanged();
    return true;
}

Qt::ItemFlags ModuleTreeModel::flags(const QModelIndex& index) const {
    Qt::ItemFlags flags = QAbstractItemModel::flags(index);
    if (index.isValid() && index.column() == module && at(index).tickable())
        flags |= Qt::ItemIsUserCheckable;
    return flags;
}

QVariant ModuleTreeModel::headerData(int section, Qt::Orientation, int role) const {
    constexpr const char* titles[] = {"Module", "Type", "Output", "Parameters"};
    if (role == Qt::DisplayRole && section >= 0 && section < columns)
        return QString::fromUtf8(titles[section]);
    if (role == Qt::TextAlignmentRole)
        return section == parameters ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                     : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    return {};
}

} // namespace stratoscope::ui
