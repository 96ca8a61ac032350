#include "ui/playground/scenes.h"

#include "ui/painting/value_scale.h"

#include <algorithm>
#include <cmath>

namespace stratoscope::ui {
namespace {

double farthest(const PointSquareScene& scene, std::size_t from, const std::vector<std::size_t>& images) {
    double most = 0.0;
    for (const std::size_t image : images) {
        const QPointF apart = scene.places[image] - scene.places[from];
        most = std::max(most, std::hypot(apart.x(), apart.y()));
    }
    return most;
}

} // namespace

std::vector<QColor> imageColours(const Places& first, const Style& style) {
    std::vector<QColor> out;
    for (const QPointF& place : first)
        out.push_back(blended(blended(style.model(4), style.model(1), place.x()),
                              blended(style.model(0), style.model(5), place.x()), place.y()));
    return out;
}

SquareScenes squaresOf(const Places& a, const Places& b, const PlaygroundLook& look, const Story* story,
                       const std::vector<QColor>& colours) {
    PointSquareScene scene;
    scene.colours = colours;
    scene.chosen = look.chosen;
    scene.hovered = look.hovered;
    SquareScenes out{scene, scene};
    out.a.places = a;
    out.b.places = b;
    if (story == nullptr)
        return out;
    PointSquareScene& first = look.way == Way::aToB ? out.a : out.b;
    PointSquareScene& second = look.way == Way::aToB ? out.b : out.a;
    first.linked = second.linked = story->neighbours;
    first.circle = farthest(first, look.chosen, story->neighbours);
    second.circle = farthest(second, look.chosen, story->neighbours);
    for (std::size_t at = 0; at < story->neighbours.size(); ++at)
        first.numbered.emplace_back(story->neighbours[at], ordinal(story->ranksHere[at]));
    for (const auto& [image, rank] : story->queue)
        second.numbered.emplace_back(image, ordinal(rank));
    return out;
}

RankBarsScene barsOf(const jobs::PairPortrait& portrait, const PlaygroundLook& look,
                     const std::vector<QColor>& colours) {
    const QString from = look.way == Way::aToB ? QStringLiteral("A") : QStringLiteral("B");
    const QString to = look.way == Way::aToB ? QStringLiteral("B") : QStringLiteral("A");
    RankBarsScene bars;
    bars.title = portrait.k == 1 ? QStringLiteral("Rank, in %2, of each image's nearest in %1").arg(from, to)
                                 : QStringLiteral("Mean rank, in %2, of each image's %3 nearest in %1")
                                       .arg(from, to)
                                       .arg(portrait.k);
    bars.ranks = meanRanks(portrait, look.way);
    bars.colours = colours;
    bars.chosen = look.chosen;
    const auto images = static_cast<double>(bars.ranks.size());
    bars.most = images - 1.0;
    bars.best = static_cast<double>(portrait.k + 1) / 2.0;
    bars.chance = images / 2.0;
    bars.mean = meanRank(portrait, look.way);
    return bars;
}

} // namespace stratoscope::ui
