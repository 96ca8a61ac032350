// A model's modules as a tree with a box to tick at each output that can become a layer.
#pragma once

#include "core/jobs/model_jobs.h"

#include <QTreeWidget>

#include <set>
#include <string>
#include <vector>

namespace stratoscope::ui {

class ModuleTree : public QTreeWidget {
    Q_OBJECT

  public:
    explicit ModuleTree(QWidget* parent = nullptr);

    void setModel(const models::ModelDescription& model, const std::set<std::string>& ticked);
    void tick(const std::set<std::string>& outputs);
    /// Names of outputs, in the order of the tree.
    [[nodiscard]] std::vector<std::string> ticked() const;

  Q_SIGNALS:
    void tickedChanged();

  private:
    void addOutput(QTreeWidgetItem* item, const models::ModuleOutput& output);
    void revealTicked();

    std::vector<QTreeWidgetItem*> outputs_; ///< those with a box; the tree owns them
};

} // namespace stratoscope::ui
