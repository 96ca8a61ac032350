#include "ui/playground/examples.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

namespace stratoscope::ui {
namespace {

constexpr std::size_t quarters = 4;
constexpr std::size_t ofAQuarter = playgroundImages / quarters;

// The generator is the same everywhere; the standard library's distributions are not.
class Lot {
  public:
    explicit Lot(std::uint64_t seed) : random_(seed) {}
    double between(double least, double most) {
        return least + (most - least) * (static_cast<double>(random_() >> 11) + 0.5) * 0x1p-53;
    }
    std::size_t below(std::size_t count) {
        return static_cast<std::size_t>(between(0.0, static_cast<double>(count)));
    }
    void shuffle(std::vector<std::size_t>& items) {
        for (std::size_t left = items.size(); left > 1; --left)
            std::swap(items[left - 1], items[below(left)]);
    }

  private:
    std::mt19937_64 random_;
};

// The upper left corner of a quarter of the square: as one reads.
QPointF cornerOf(std::size_t quarter) {
    return {quarter % 2 == 0 ? 0.0 : 0.5, quarter < 2 ? 0.0 : 0.5};
}

// Six images in each quarter, numbered from left to right in it, none so near to another that their numbers
// cannot be read.
Places scattered(std::uint64_t seed) {
    constexpr double apart = 0.09;
    constexpr double edge = 0.03;
    Lot lot(seed);
    Places out;
    for (std::size_t quarter = 0; quarter < quarters; ++quarter) {
        while (out.size() < (quarter + 1) * ofAQuarter) {
            const QPointF place =
                cornerOf(quarter) + QPointF(lot.between(edge, 0.5 - edge), lot.between(edge, 0.5 - edge));
            if (std::ranges::none_of(out, [&](QPointF other) {
                    return std::hypot(place.x() - other.x(), place.y() - other.y()) < apart;
                }))
                out.push_back(place);
        }
        std::ranges::sort(out.begin() + static_cast<std::ptrdiff_t>(quarter * ofAQuarter), out.end(), {},
                          &QPointF::x);
    }
    return out;
}

template <class Change>
Places changed(const Places& places, const Change& change) {
    Places out;
    for (const QPointF& place : places)
        out.push_back(change(place));
    return out;
}

Places turned(const Places& places) {
    const double angle = std::numbers::pi * 0.62;
    const double scale = 0.68; // so that no corner leaves the square
    return changed(places, [&](QPointF place) {
        const QPointF from = place - QPointF(0.5, 0.5);
        const QPointF mirrored(-from.x(), from.y());
        return QPointF(0.5 + scale * (std::cos(angle) * mirrored.x() - std::sin(angle) * mirrored.y()),
                       0.5 + scale * (std::sin(angle) * mirrored.x() + std::cos(angle) * mirrored.y()));
    });
}

Places withoutTheVertical(const Places& places) {
    return changed(places, [](QPointF place) { return QPointF(place.x(), 0.5); });
}

// Along the vertical middle, as a page is closed; widened so that it fills the square again.
Places folded(const Places& places) {
    return changed(places,
                   [](QPointF place) { return QPointF(0.04 + 1.84 * std::abs(place.x() - 0.5), place.y()); });
}

// All of it but one image, smaller in a corner; the one far away in the other.
Places oneFarAway(const Places& places) {
    Places out = changed(
        places, [](QPointF place) { return QPointF(0.02 + 0.58 * place.x(), 0.40 + 0.58 * place.y()); });
    out[2 * ofAQuarter] = QPointF(0.96, 0.04); // of the lower left
    return out;
}

// Every quarter's images around the middle that `where` names for it.
Places gathered(const Places& places, const std::vector<QPointF>& where) {
    Places out;
    for (std::size_t image = 0; image < places.size(); ++image) {
        const std::size_t quarter = image / ofAQuarter;
        out.push_back(where[quarter] + 0.62 * (places[image] - cornerOf(quarter) - QPointF(0.25, 0.25)));
    }
    return out;
}

Places shuffledWithin(const Places& clusters, std::uint64_t seed) {
    Lot lot(seed);
    Places out;
    for (std::size_t quarter = 0; quarter < quarters; ++quarter) {
        std::vector<std::size_t> order;
        for (std::size_t at = 0; at < ofAQuarter; ++at)
            order.push_back(quarter * ofAQuarter + at);
        lot.shuffle(order);
        for (const std::size_t place : order)
            out.push_back(clusters[place]);
    }
    return out;
}

// The places of another scatter, given out by lot.
Places byLot(std::uint64_t seed) {
    const Places free = scattered(seed);
    std::vector<std::size_t> order;
    for (std::size_t image = 0; image < free.size(); ++image)
        order.push_back(image);
    Lot(seed + 1).shuffle(order);
    Places out;
    for (const std::size_t place : order)
        out.push_back(free[place]);
    return out;
}

} // namespace

std::vector<PlaygroundExample> playgroundExamples() {
    const Places base = scattered(1);
    const std::vector<QPointF> corners{{0.15, 0.15}, {0.85, 0.15}, {0.15, 0.85}, {0.85, 0.85}};
    const Places clusters = gathered(base, corners);
    return {
        {QStringLiteral("same"), QStringLiteral("The same"),
         QStringLiteral("Each image's nearest is the nearest in both, so every rank is 1 and Δ is as small "
                        "as it can be. Now drag a point in B and watch."),
         base, base},
        {QStringLiteral("turned"), QStringLiteral("Turned, mirrored, smaller"),
         QStringLiteral("B looks different, but who is near to whom has not changed: Δ stays exactly at its "
                        "floor. Position, direction and size do not count."),
         base, turned(base)},
        {QStringLiteral("lost_vertical"), QStringLiteral("B lost the vertical"),
         QStringLiteral("A knows where B puts an image; B no longer knows how high it was. So A tells much "
                        "about B, and B little about A: Δ has a direction."),
         base, withoutTheVertical(base)},
        {QStringLiteral("folded"), QStringLiteral("B folded"),
         QStringLiteral("The right half lies mirrored upon the left. What was near is near, yet in B "
                        "strangers meet: A tells B, but B does not tell A."),
         base, folded(base)},
        {QStringLiteral("clusters"), QStringLiteral("Clusters shuffled within"),
         QStringLiteral("The four groups are kept, the order within them is lost. Move k from 1 to 5: when "
                        "all five others of a group are asked for, Δ falls to its floor."),
         clusters, shuffledWithin(clusters, 11)},
        {QStringLiteral("rearranged"), QStringLiteral("Clusters rearranged"),
         QStringLiteral("Two groups changed places, each as it was inside. Neighbours stay neighbours, so Δ "
                        "stays at its floor; CKA and RSA, which look at large distances too, fall."),
         clusters, gathered(base, {corners[1], corners[0], corners[2], corners[3]})},
        {QStringLiteral("outlier"), QStringLiteral("One image far away"),
         QStringLiteral("One image went far off, and CKA and RSA follow it, since squares and products grow "
                        "with distance. Δ moves little: one image has one rank among many."),
         base, oneFarAway(base)},
        {QStringLiteral("unrelated"), QStringLiteral("Unrelated"),
         QStringLiteral("B's places were drawn by lot. The nearest in A may stand anywhere in B, on average "
                        "in the middle of the queue: Δ is near 1, both ways."),
         base, byLot(158)},
    };
}

Places noisePlaces() {
    return byLot(77);
}

} // namespace stratoscope::ui
