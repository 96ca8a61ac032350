// A model's modules as a tree with a box to tick at each output that can become a layer.
#pragma once

#include "core/jobs/model_jobs.h"

#include <QTreeView>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace stratoscope::ui {

class ModuleTreeModel;

class ModuleTree : public QTreeView {
    Q_OBJECT

  public:
    explicit ModuleTree(QWidget* parent = nullptr);

    void setDescription(std::shared_ptr<const models::ModelDescription> description,
                        const std::set<std::string>& ticked);
    void tick(const std::set<std::string>& outputs);
    /// In the order of the tree; they live as long as the description.
    [[nodiscard]] std::vector<const models::ModuleOutput*> ticked() const;
    [[nodiscard]] std::set<std::string> tickedNames() const;

  Q_SIGNALS:
    void tickedChanged();

  private:
    void revealTicked();
    void fitColumns();

    ModuleTreeModel* modules_;
};

} // namespace stratoscope::ui
