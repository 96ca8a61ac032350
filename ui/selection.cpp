#include "ui/selection.h"

namespace stratoscope::ui {

void Selection::pick(Picked picked) {
    if (picked == history_[at_])
        return;
    history_.resize(at_ + 1);
    history_.push_back(std::move(picked));
    if (history_.size() > longestHistory)
        history_.erase(history_.begin());
    at_ = history_.size() - 1;
    Q_EMIT changed();
}

void Selection::pickPair(LayerPair pair) {
    Picked next = picked();
    next.pair = std::move(pair);
    pick(std::move(next));
}

void Selection::pickImage(std::size_t image) {
    Picked next = picked();
    next.image = image;
    pick(std::move(next));
}

void Selection::pickBlock(std::optional<ModelPair> block) {
    Picked next = picked();
    next.block = std::move(block);
    pick(std::move(next));
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

void Selection::back() {
    if (!canGoBack())
        return;
    --at_;
    Q_EMIT changed();
}

void Selection::forward() {
    if (!canGoForward())
        return;
    ++at_;
    Q_EMIT changed();
}

void Selection::reset() {
    start({});
}

void Selection::start(Picked picked) {
    history_.assign(1, std::move(picked));
    at_ = 0;
    hoveredPair_.reset();
    hoveredImage_.reset();
    Q_EMIT hoverChanged();
    Q_EMIT changed();
}

} // namespace stratoscope::ui
