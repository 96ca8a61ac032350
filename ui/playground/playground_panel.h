// What can be chosen in the playground: an example, with what to look at in it, how many neighbours are
// asked for, how much noise B has, and the way back.
#pragma once

#include "ui/playground/examples.h"
#include "ui/playground/story.h"
#include "ui/views/card.h"

class QLabel;
class QListWidget;
class QPushButton;
class QSlider;
class QTabBar;

namespace stratoscope::ui {

class PlaygroundPanel : public Card {
    Q_OBJECT

  public:
    explicit PlaygroundPanel(const std::vector<PlaygroundExample>& examples, QWidget* parent = nullptr);

    /// Without asking for anything.
    void showState(std::size_t example, double noise, bool canUndo, bool canReset);
    [[nodiscard]] std::size_t k() const;
    [[nodiscard]] Way way() const;
    void setTourOffered(bool offered);
    static constexpr int mostNeighbours = 10;

  Q_SIGNALS:
    void exampleAsked(std::size_t example);
    void kChanged();
    void wayChanged();
    void noiseAsked(double noise);
    void noiseReleased();
    void undoAsked();
    void resetAsked();
    void tourAsked();

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void refreshLabels();

    const std::vector<PlaygroundExample>& examples_;
    QListWidget* list_;
    QLabel* text_;
    QTabBar* ways_;
    QLabel* kLabel_;
    QSlider* k_;
    QLabel* noiseLabel_;
    QSlider* noise_;
    QPushButton* undo_;
    QPushButton* reset_;
    QPushButton* tour_;
};

} // namespace stratoscope::ui
