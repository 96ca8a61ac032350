// What the user looks at: one pair of layers, one image, one block. Every view reads it and none knows
// another.
#pragma once

#include <QObject>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace stratoscope::ui {

/// Layers are held by path ("model/layer"), which stays true when a comparison with other rows arrives.
struct LayerPair {
    std::string from;
    std::string to;
    bool operator==(const LayerPair&) const = default;
};

/// Two models by name: the block of the matrix that fills the view.
struct ModelPair {
    std::string rows;
    std::string columns;
    bool operator==(const ModelPair&) const = default;
};

struct Picked {
    std::optional<LayerPair> pair;
    std::optional<std::size_t> image;
    std::optional<ModelPair> block;
    bool operator==(const Picked&) const = default;
};

class Selection : public QObject {
    Q_OBJECT

  public:
    using QObject::QObject;

    [[nodiscard]] const Picked& picked() const { return history_[at_]; }
    [[nodiscard]] const std::optional<LayerPair>& hoveredPair() const { return hoveredPair_; }
    [[nodiscard]] std::optional<std::size_t> hoveredImage() const { return hoveredImage_; }
    [[nodiscard]] bool canGoBack() const { return at_ > 0; }
    [[nodiscard]] bool canGoForward() const { return at_ + 1 < history_.size(); }

    void pickPair(LayerPair pair);
    void pickImage(std::size_t image);
    void pickBlock(std::optional<ModelPair> block);
    void hoverPair(std::optional<LayerPair> pair);
    void hoverImage(std::optional<std::size_t> image);
    void back();
    void forward();
    /// Other data: nothing is picked, and there is nothing to go back to.
    void reset();
    /// The same data with something picked from the start, without a step in the history.
    void start(Picked picked);

  Q_SIGNALS:
    void changed();
    void hoverChanged();

  private:
    void pick(Picked picked);

    static constexpr std::size_t longestHistory = 200;
    std::vector<Picked> history_{Picked{}};
    std::size_t at_ = 0;
    std::optional<LayerPair> hoveredPair_;
    std::optional<std::size_t> hoveredImage_;
};

} // namespace stratoscope::ui
