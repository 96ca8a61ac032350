// What the user looks at: one pair of layers, one image, one block. Every view reads it and none knows
// another.
#pragma once

#include <QObject>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

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

    [[nodiscard]] const Picked& picked() const { return picked_; }
    [[nodiscard]] const std::optional<LayerPair>& hoveredPair() const { return hoveredPair_; }
    [[nodiscard]] std::optional<std::size_t> hoveredImage() const { return hoveredImage_; }

    void pickPair(LayerPair pair);
    void pickImage(std::size_t image);
    void pickBlock(std::optional<ModelPair> block);
    void hoverPair(std::optional<LayerPair> pair);
    void hoverImage(std::optional<std::size_t> image);
    /// All at once.
    void show(Picked picked);
    /// Other data: nothing is picked, and there is nothing to go back to.
    void reset();
    /// The same data with something picked from the start, without a step in the history.
    void start(Picked picked);

  Q_SIGNALS:
    void begun(); ///< before changed(): what was picked before is no place to go back to
    void changed();
    void hoverChanged();

  private:
    Picked picked_;
    std::optional<LayerPair> hoveredPair_;
    std::optional<std::size_t> hoveredImage_;
};

} // namespace stratoscope::ui
