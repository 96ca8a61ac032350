// A window to play in: two representations of a few images as points that can be dragged, and beside them
// what the program's measures say of them, number by number. Everything shown comes from the same code that
// compares the layers of real models.
#pragma once

#include "ui/painting/style.h"
#include "ui/playground/arrangement.h"
#include "ui/playground/portrait_source.h"
#include "ui/playground/scenes.h"

#include <QVariantAnimation>
#include <QWidget>

#include <chrono>
#include <optional>

class QLabel;

namespace stratoscope::ui {

class BarsView;
class Card;
class MeasuresView;
class PlaygroundPanel;
class SquareView;
class TwoWaysView;

class Playground : public QWidget {
    Q_OBJECT

  public:
    /// A window of its own above `parent`. tourOffered: there is a tour to go on with.
    Playground(JobRunner& runner, bool tourOffered, QWidget* parent);
    ~Playground() override;

    void setStyle_(const Style& style);
    /// By its place in examples().
    void showExample(std::size_t example);
    [[nodiscard]] const std::vector<PlaygroundExample>& examples() const { return arrangements_.examples(); }

    [[nodiscard]] const Places& shown(Side side) const { return side == Side::a ? shownA_ : shownB_; }
    [[nodiscard]] std::size_t chosen() const { return chosen_; }
    [[nodiscard]] Way way() const;
    /// Of what is shown, once busy() is over; null before the first answer.
    [[nodiscard]] const jobs::PairPortrait* portrait() const { return source_.portrait(); }
    /// Something moves or is computed.
    [[nodiscard]] bool busy() const;

  Q_SIGNALS:
    void tourAsked();

  private:
    [[nodiscard]] QWidget* buildStory();
    void connectSquare(SquareView* square, Side side);
    void connectPanel();
    void addShortcuts();

    [[nodiscard]] PlaygroundLook look() const;
    void choose(std::size_t image);
    void step(int by);
    void typeDigit(int digit);
    void hover(std::optional<std::size_t> image);
    void beginAction();
    /// To what the arrangement says, at once or as an animation.
    void showArrangement();
    void moveToArrangement();
    void stopMoving();
    void showBetween(double share);

    void noteNearest();
    void refreshPanel();
    void refreshSquares();
    void refreshStory();
    void refreshMeasures();
    void takeAnswer();

    Arrangements arrangements_;
    PortraitSource source_;
    Style style_;
    std::vector<QColor> colours_; ///< of the images, in this style
    Places shownA_;
    Places shownB_;
    double nearestA_ = 1.0; ///< of the example that is shown
    double nearestB_ = 1.0;
    Places fromA_; ///< where an animation began
    Places fromB_;
    QVariantAnimation animation_;
    std::size_t chosen_ = 4;
    std::optional<std::size_t> hovered_;
    std::optional<Story> story_; ///< of the chosen image, by the last answer; nothing before the first
    std::vector<QPointF> trail_; ///< both Δ since the last action began
    int typed_ = 0;              ///< the number whose digits are being typed
    std::chrono::steady_clock::time_point typedAt_;

    PlaygroundPanel* panel_;
    Card* cardA_;
    Card* cardB_;
    SquareView* squareA_;
    SquareView* squareB_;
    QLabel* sentence_;
    BarsView* bars_;
    QLabel* formulaA_;
    QLabel* formulaB_;
    QLabel* range_;
    TwoWaysView* plane_;
    QLabel* words_; ///< what the plane says
    MeasuresView* measures_;
};

} // namespace stratoscope::ui
