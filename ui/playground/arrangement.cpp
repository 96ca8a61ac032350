#include "ui/playground/arrangement.h"

#include <algorithm>

namespace stratoscope::ui {
namespace {

QPointF inside(QPointF place) {
    return {std::clamp(place.x(), 0.0, 1.0), std::clamp(place.y(), 0.0, 1.0)};
}

} // namespace

Arrangements::Arrangements() {
    now_ = {0, examples_.front().a, examples_.front().b, 0.0};
}

// From the example's place and not from where the image was dragged to: so a dragged image follows the mouse
// whatever the noise.
QPointF Arrangements::noiseOf(std::size_t image) const {
    return now_.noise * (lots_[image] - examples_[now_.example].b[image]);
}

Places Arrangements::places(Side side) const {
    Places out = side == Side::a ? now_.a : now_.b;
    for (std::size_t image = 0; image < out.size(); ++image)
        out[image] = inside(side == Side::a ? out[image] : out[image] + noiseOf(image));
    return out;
}

void Arrangements::remember(const QString& action) {
    if (!action.isEmpty() && action == action_)
        return;
    action_ = action;
    if (before_.size() == longestMemory)
        before_.erase(before_.begin());
    before_.push_back(now_);
}

void Arrangements::start(std::size_t example) {
    remember({});
    now_ = {example, examples_.at(example).a, examples_.at(example).b, 0.0};
}

void Arrangements::move(Side side, std::size_t image, QPointF place, const QString& action) {
    remember(action);
    if (side == Side::a)
        now_.a.at(image) = inside(place);
    else
        now_.b.at(image) = inside(place) - noiseOf(image);
}

void Arrangements::setNoise(double noise, const QString& action) {
    remember(action);
    now_.noise = std::clamp(noise, 0.0, 1.0);
}

void Arrangements::freeze(const Places& a, const Places& b) {
    now_.a = a;
    for (std::size_t image = 0; image < b.size(); ++image)
        now_.b[image] = b[image] - noiseOf(image);
}

void Arrangements::undo() {
    if (before_.empty())
        return;
    now_ = std::move(before_.back());
    before_.pop_back();
    action_.clear();
}

bool Arrangements::untouched() const {
    const PlaygroundExample& example = examples_[now_.example];
    return now_.noise == 0.0 && now_.a == example.a && now_.b == example.b;
}

} // namespace stratoscope::ui
