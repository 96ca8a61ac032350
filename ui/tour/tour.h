// A guided tour over the bundled demo: a panel that leads from one thing worth seeing to the next, beside a
// frame around where it is. The window stays alive under it: whoever leaves the way can go on.
#pragma once

#include "ui/painting/style.h"
#include "ui/tour/tour_steps.h"

#include <QFrame>

#include <optional>
#include <vector>

class QLabel;
class QPushButton;

namespace stratoscope::ui {

class Spotlight;

class Tour : public QFrame {
    Q_OBJECT

  public:
    /// window: what it lies over. toolBar: where steps without a part of the workspace are seen.
    Tour(const TourStage& stage, QWidget* toolBar, QWidget* window);
    ~Tour() override;

    /// From the first step on.
    void start();
    [[nodiscard]] std::size_t step() const { return at_; }
    [[nodiscard]] const std::vector<TourStep>& steps() const { return steps_; }
    void setStyle_(const Style& style);

  Q_SIGNALS:
    /// By the link in the last step.
    void playgroundAsked();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    void goTo(std::size_t step);
    void refreshText();
    void place();
    [[nodiscard]] QPoint placeFor(const QRect& shown) const;
    [[nodiscard]] QWidget* target() const;

    TourStage stage_;
    QWidget* toolBar_;
    std::vector<TourStep> steps_ = demoTour();
    std::size_t at_ = 0;
    std::optional<QPoint>
        corner_; ///< of the panel, lower right, where the buttons are; nothing: not placed yet
    Spotlight* spotlight_;
    QLabel* title_;
    QLabel* text_;
    QLabel* place_;
    QPushButton* back_;
    QPushButton* next_;
};

} // namespace stratoscope::ui
