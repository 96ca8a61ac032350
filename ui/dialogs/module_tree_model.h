// A model's modules as a tree for a view, row by row as it asks: a network may have thousands of them.
#pragma once

#include "core/jobs/model_jobs.h"

#include <QAbstractItemModel>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace stratoscope::ui {

class ModuleTreeModel : public QAbstractItemModel {
    Q_OBJECT

  public:
    enum Column { module, type, shape, parameters, columns };

    explicit ModuleTreeModel(QObject* parent = nullptr) : QAbstractItemModel(parent) {}

    void setDescription(std::shared_ptr<const models::ModelDescription> description,
                        const std::set<std::string>& ticked);
    void tick(const std::set<std::string>& outputs);
    /// In the order of the tree.
    [[nodiscard]] std::vector<const models::ModuleOutput*> ticked() const;
    /// Modules that have something ticked in them.
    [[nodiscard]] std::vector<QModelIndex> aroundTicked() const;
    /// The text of a column that takes most room, where a level of the tree takes as much as so many letters.
    struct Widest {
        QString text;
        int depth = 0;
    };
    [[nodiscard]] Widest widest(Column column, double lettersALevel) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  Q_SIGNALS:
    void tickedChanged();

  private:
    /// A module, or one of several outputs of the module around it.
    struct Node {
        const models::ModuleInfo* info;
        const models::ModuleOutput*
            output; ///< null where the module has none, or several, one below the other
        bool part;  ///< one of several
        int parent; ///< none: the root
        int row;
        std::vector<int> children;
        bool ticked = false;
        [[nodiscard]] bool tickable() const { return output != nullptr && output->tappable(); }
    };
    static constexpr int none = -1;
    int add(const models::ModuleInfo& info, const models::ModuleOutput* output, bool part, int parent);
    [[nodiscard]] const Node& at(const QModelIndex& index) const;
    [[nodiscard]] const std::vector<int>& childrenOf(const QModelIndex& parent) const;
    [[nodiscard]] QModelIndex indexOf(int node) const;
    [[nodiscard]] static QString text(const Node& node, Column column);

    std::shared_ptr<const models::ModelDescription> description_;
    std::vector<Node> nodes_; ///< in the order of the tree
    std::vector<int> top_;
};

} // namespace stratoscope::ui
