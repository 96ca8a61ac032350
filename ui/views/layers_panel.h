// What is open: models with their layers, ticked where shown, and what a person should know of the files.
#pragma once

#include "ui/painting/style.h"
#include "ui/selection.h"
#include "ui/session.h"

#include <QWidget>

class QLabel;
class QListWidget;
class QTreeWidget;
class QTreeWidgetItem;

namespace stratoscope::ui {

class LayersPanel : public QWidget {
    Q_OBJECT

  public:
    LayersPanel(Session& session, Selection& selection, QWidget* parent = nullptr);

    void setStyle_(const Style& style);
    /// "73 of 78 layers shown", for the card's heading.
    [[nodiscard]] QString summary() const;

  Q_SIGNALS:
    void summaryChanged();

  private:
    void rebuildTree();
    void rebuildHealth();
    void ticked(QTreeWidgetItem* item);
    void markHovered();
    void publish();

    Session& session_;
    Selection& selection_;
    Style style_;
    QTreeWidget* tree_;
    QLabel* healthTitle_;
    QListWidget* health_;
    bool filling_ = false;
};

} // namespace stratoscope::ui
