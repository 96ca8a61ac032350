#include "ui/playground/examples.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <numeric>
#include <optional>
#include <random>
#include <span>

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

std::vector<std::size_t> countedFrom(std::size_t first, std::size_t count) {
    std::vector<std::size_t> out(count);
    std::iota(out.begin(), out.end(), first);
    return out;
}

// The upper left corner of a quarter of the square: as one reads.
QPointF cornerOf(std::size_t quarter) {
    return {quarter % 2 == 0 ? 0.0 : 0.5, quarter < 2 ? 0.0 : 0.5};
}

// Six images a quarter, numbered from left to right in it; each about where its own of 24 columns is, so that
// they can be told apart where their height is lost.
Places inColumns(Lot& lot, double edge) {
    constexpr std::size_t columnsOfAHalf = playgroundImages / 2;
    constexpr double column = 1.0 / static_cast<double>(playgroundImages - 1);
    constexpr double jitter = 0.05; // of a column: else many were equally near
    Places out(playgroundImages);
    for (std::size_t half = 0; half < 2; ++half) {
        std::vector<std::size_t> order = countedFrom(half * columnsOfAHalf, columnsOfAHalf);
        lot.shuffle(order);
        std::sort(order.begin(), order.begin() + ofAQuarter);
        std::sort(order.begin() + ofAQuarter, order.end());
        for (std::size_t at = 0; at < order.size(); ++at) {
            const std::size_t quarter = at < ofAQuarter ? half : half + 2;
            const double place = static_cast<double>(order[at]) + lot.between(-jitter, jitter);
            out[quarter * ofAQuarter + at % ofAQuarter].setX(edge + (1.0 - 2.0 * edge) * place * column);
        }
    }
    return out;
}

// So far from each other that points do not touch, in the examples made of these either. Nothing where one
// finds no room any more.
std::optional<Places> scatteredOnce(Lot& lot) {
    constexpr double edge = 0.03;
    constexpr double apart = 0.15;
    constexpr int tries = 200;
    Places out = inColumns(lot, edge);
    for (std::size_t image = 0; image < out.size(); ++image) {
        const auto touches = [&](QPointF other) {
            return std::hypot(out[image].x() - other.x(), out[image].y() - other.y()) < apart;
        };
        const auto placed = std::span(out).first(image);
        int left = tries;
        do {
            if (left-- == 0)
                return std::nullopt;
            out[image].setY(cornerOf(image / ofAQuarter).y() + lot.between(edge, 0.5 - edge));
        } while (std::ranges::any_of(placed, touches));
    }
    return out;
}

Places scattered(std::uint64_t seed) {
    Lot lot(seed);
    while (true)
        if (const auto found = scatteredOnce(lot))
            return *found;
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
    const double scale = 0.74; // so that no corner leaves the square
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
        places, [](QPointF place) { return QPointF(0.01 + 0.62 * place.x(), 0.37 + 0.62 * place.y()); });
    out[2 * ofAQuarter] = QPointF(0.96, 0.04); // of the lower left
    return out;
}

// Every quarter's images around the middle that `where` names for it.
Places gathered(const Places& places, const std::vector<QPointF>& where) {
    Places out;
    for (std::size_t image = 0; image < places.size(); ++image) {
        const std::size_t quarter = image / ofAQuarter;
        out.push_back(where[quarter] + 0.64 * (places[image] - cornerOf(quarter) - QPointF(0.25, 0.25)));
    }
    return out;
}

Places shuffledWithin(const Places& clusters, std::uint64_t seed) {
    Lot lot(seed);
    Places out;
    for (std::size_t quarter = 0; quarter < quarters; ++quarter) {
        std::vector<std::size_t> order = countedFrom(quarter * ofAQuarter, ofAQuarter);
        lot.shuffle(order);
        for (const std::size_t place : order)
            out.push_back(clusters[place]);
    }
    return out;
}

// The places of another scatter, given out by lot.
Places byLot(std::uint64_t seed) {
    const Places free = scattered(seed);
    std::vector<std::size_t> order = countedFrom(0, free.size());
    Lot(seed + 1).shuffle(order);
    Places out;
    for (const std::size_t place : order)
        out.push_back(free[place]);
    return out;
}

} // namespace

std::vector<PlaygroundExample> playgroundExamples() {
    const Places base = scattered(30090);
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
         base, byLot(544)},
    };
}

double nearestOf(const Places& places) {
    double least = std::numeric_limits<double>::infinity();
    for (auto one = places.begin(); one != places.end(); ++one)
        for (auto other = places.begin(); other != one; ++other)
            least = std::min(least, std::hypot(one->x() - other->x(), one->y() - other->y()));
    return least;
}

Places noisePlaces() {
    return byLot(77);
}

} // namespace stratoscope::ui
