#include "ui/dialogs/module_tree.h"

#include "ui/dialogs/module_tree_model.h"

#include <QHeaderView>
#include <QStyle>

#include <algorithm>

namespace stratoscope::ui {
namespace {

constexpr int columnGap = 22;

} // namespace

ModuleTree::ModuleTree(QWidget* parent) : QTreeView(parent), modules_(new ModuleTreeModel(this)) {
    setObjectName(QStringLiteral("moduleTree"));
    setModel(modules_);
    setUniformRowHeights(true);
    header()->setStretchLastSection(true);
    connect(modules_, &ModuleTreeModel::tickedChanged, this, &ModuleTree::tickedChanged);
}

void ModuleTree::setDescription(std::shared_ptr<const models::ModelDescription> description,
                                const std::set<std::string>& ticked) {
    modules_->setDescription(std::move(description), ticked);
    measureColumns();
    revealTicked();
}

void ModuleTree::tick(const std::set<std::string>& outputs) {
    modules_->tick(outputs);
    viewport()->update();
    revealTicked();
}

void ModuleTree::revealTicked() {
    scheduleDelayedItemsLayout(); // once for all of them
    for (const QModelIndex& module : modules_->aroundTicked())
        expand(module);
}

// The widest text is asked for by its number of letters: the true width of thousands would take long.
void ModuleTree::measureColumns() {
    const double lettersALevel = static_cast<double>(indentation()) / fontMetrics().averageCharWidth();
    for (const auto column : {ModuleTreeModel::module, ModuleTreeModel::type, ModuleTreeModel::shape}) {
        const bool first = column == ModuleTreeModel::module;
        const auto [text, depth] = modules_->widest(column, first ? lettersALevel : 0.0);
        int width = fontMetrics().horizontalAdvance(text);
        if (first)
            width += indentation() * (depth + 1) + style()->pixelMetric(QStyle::PM_IndicatorWidth);
        const QString heading = modules_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        wanted_[column] = std::max(width, fontMetrics().horizontalAdvance(heading)) + columnGap;
    }
    shareWidth();
}

// Each column as wide as its widest text where that fits. Where it does not, the names give way, first of
// types, then of modules, but not down to nothing: outputs and parameters are what steps are chosen by.
void ModuleTree::shareWidth() {
    if (wanted_.front() == 0)
        return;
    const int letter = fontMetrics().averageCharWidth();
    const int parameters = fontMetrics().horizontalAdvance(QStringLiteral("9.99 thousand")) + columnGap;
    const int room = viewport()->width() - wanted_[ModuleTreeModel::shape] - parameters;
    const int type = std::clamp(room - wanted_[ModuleTreeModel::module],
                                std::min(wanted_[ModuleTreeModel::type], 16 * letter + columnGap),
                                wanted_[ModuleTreeModel::type]);
    const int module =
        std::clamp(room - type, std::min(wanted_[ModuleTreeModel::module], 12 * letter + columnGap),
                   wanted_[ModuleTreeModel::module]);
    setColumnWidth(ModuleTreeModel::module, module);
    setColumnWidth(ModuleTreeModel::type, type);
    setColumnWidth(ModuleTreeModel::shape, wanted_[ModuleTreeModel::shape]);
}

void ModuleTree::resizeEvent(QResizeEvent* event) {
    QTreeView::resizeEvent(event);
    shareWidth();
}

std::vector<const models::ModuleOutput*> ModuleTree::ticked() const {
    return modules_->ticked();
}

std::set<std::string> ModuleTree::tickedNames() const {
    std::set<std::string> names;
    for (const models::ModuleOutput* output : ticked())
        names.insert(output->name);
    return names;
}

} // namespace stratoscope::ui
