// Where the playground's images lie in both representations, and how it came to that: what can be undone.
#pragma once

#include "ui/playground/examples.h"

#include <QString>

#include <cstddef>
#include <optional>
#include <vector>

namespace stratoscope::ui {

enum class Side { a, b };

/// B is held without its noise: each image is then taken towards a place by lot, by the noise's share of the
/// way.
struct Arrangement {
    std::size_t example = 0;
    Places a;
    Places b;
    double noise = 0.0; ///< 0 … 1: B as it was … nothing left of it
};

class Arrangements {
  public:
    Arrangements();

    [[nodiscard]] const std::vector<PlaygroundExample>& examples() const { return examples_; }
    [[nodiscard]] const Arrangement& now() const { return now_; }
    /// As it is seen, noise included; inside the unit square.
    [[nodiscard]] Places places(Side side) const;

    /// A new beginning: as the example has it, without noise.
    void start(std::size_t example);
    /// Where the mouse or a key takes one image. `action`: as in setNoise().
    void move(Side side, std::size_t image, QPointF place, const QString& action);
    /// Changes of one action, such as one drag, are undone together.
    void setNoise(double noise, const QString& action);
    /// Both sides at once, as they are seen: where an animation was stopped. Not an action of its own.
    void freeze(const Places& a, const Places& b);
    /// The next change begins an action of its own.
    void endAction() { action_.clear(); }
    void undo();
    [[nodiscard]] bool canUndo() const { return !before_.empty(); }
    /// As the example has it.
    [[nodiscard]] bool untouched() const;

  private:
    void remember(const QString& action);
    [[nodiscard]] QPointF noiseOf(std::size_t image) const;

    static constexpr std::size_t longestMemory = 100;
    std::vector<PlaygroundExample> examples_ = playgroundExamples();
    Places lots_ = noisePlaces();
    Arrangement now_;
    std::vector<Arrangement> before_;
    QString action_;
};

} // namespace stratoscope::ui
