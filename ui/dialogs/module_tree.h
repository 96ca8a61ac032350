// A model's modules as a tree with a box to tick at each output that can become a layer.
#pragma once

#include "core/jobs/model_jobs.h"

#include <QTreeView>

#include <array>
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

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void revealTicked();
    void measureColumns();
    void shareWidth();

    ModuleTreeModel* modules_;
    std::array<int, 3> wanted_{}; ///< widths of all columns but the last; 0 while there are no modules
};

} // namespace stratoscope::ui
