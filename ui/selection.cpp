#include "ui/selection.h"

namespace stratoscope::ui {

void Selection::show(Picked picked) {
    if (picked == picked_)
        return;
    picked_ = std::move(picked);
    Q_EMIT changed();
}

void Selection::pickPair(LayerPair pair) {
    Picked next = picked();
    next.pair = std::move(pair);
    show(std::move(next));
}

void Selection::pickImage(std::size_t image) {
    Picked next = picked();
    next.image = image;
    show(std::move(next));
}

void Selection::pickBlock(std::optional<ModelPair> block) {
    Picked next = picked();
    next.block = std::move(block);
    show(std::move(next));
}

void Selection::hoverPair(std::optional<LayerPair> pair) {
    if (pair == hoveredPair_)
        return;
    hoveredPair_ = std::move(pair);
    Q_EMIT hoverChanged();
}

void Selection::hoverImage(std::optional<std::size_t> image) {
    if (image == hoveredImage_)
        return;
    hoveredImage_ = image;
    Q_EMIT hoverChanged();
}

void Selection::reset() {
    start({});
}

void Selection::start(Picked picked) {
    picked_ = std::move(picked);
    hoveredPair_.reset();
    hoveredImage_.reset();
    Q_EMIT begun();
    Q_EMIT hoverChanged();
    Q_EMIT changed();
}

} // namespace stratoscope::ui
