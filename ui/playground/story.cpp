#include "ui/playground/story.h"

#include "ui/painting/value_scale.h"

#include <QStringList>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace stratoscope::ui {
namespace {

constexpr std::size_t listedByName = 4; // more neighbours than that are told by their ranks alone

QString shortRank(double rank) {
    return QString::number(rank, 'f', rank == std::floor(rank) ? 0 : 1);
}

QString inWords(int count) {
    static constexpr std::array<const char*, 13> words{"no",   "one",    "two",   "three", "four",
                                                       "five", "six",    "seven", "eight", "nine",
                                                       "ten",  "eleven", "twelve"};
    return count < static_cast<int>(words.size())
               ? QString::fromLatin1(words[static_cast<std::size_t>(count)])
               : QString::number(count);
}

QString listed(const QStringList& items) {
    if (items.size() < 2)
        return items.join(QString());
    return QStringLiteral("%1 and %2")
        .arg(items.mid(0, items.size() - 1).join(QStringLiteral(", ")), items.back());
}

QString nearerImages(double rank) {
    const int nearer = static_cast<int>(std::lround(rank)) - 1;
    return nearer == 1 ? QStringLiteral("one image is nearer")
                       : QStringLiteral("%1 images are nearer").arg(inWords(nearer));
}

QString aboutOne(std::size_t image, const Story& story, QChar from, QChar to) {
    const std::size_t near = story.neighbours.front() + 1;
    const QString begin = QStringLiteral("Nearest to image %1 in %2 is image %3. In %4, ")
                              .arg(image + 1)
                              .arg(from)
                              .arg(near)
                              .arg(to);
    if (story.ranks.front() < 1.5)
        return begin + QStringLiteral("image %1 is the nearest, too: rank 1.").arg(near);
    return begin + QStringLiteral("image %1 is %2: %3.")
                       .arg(near)
                       .arg(ordinal(story.ranks.front()), nearerImages(story.ranks.front()));
}

QString aboutSeveral(std::size_t image, const Story& story, double mean, double best, QChar from, QChar to) {
    QStringList names;
    QStringList places;
    QStringList ranks;
    for (std::size_t at = 0; at < story.neighbours.size(); ++at) {
        names << QString::number(story.neighbours[at] + 1);
        places << ordinal(story.ranks[at]);
        ranks << shortRank(story.ranks[at]);
    }
    const QString end = QStringLiteral("%1 on average, %2 at best.").arg(shortRank(mean), shortRank(best));
    if (story.neighbours.size() <= listedByName)
        return QStringLiteral("Nearest to image %1 in %2 are images %3. In %4 they come %5: ")
                   .arg(image + 1)
                   .arg(from)
                   .arg(listed(names))
                   .arg(to)
                   .arg(listed(places)) +
               end;
    return QStringLiteral("The %1 images nearest to image %2 in %3 have ranks %4 in %5: ")
               .arg(story.neighbours.size())
               .arg(image + 1)
               .arg(from)
               .arg(listed(ranks))
               .arg(to) +
           end;
}

} // namespace

std::vector<double> meanRanks(const jobs::PairPortrait& portrait, Way way) {
    std::vector<double> out = way == Way::aToB ? portrait.divergence.forward : portrait.divergence.backward;
    for (double& part : out)
        part *= static_cast<double>(out.size()) / 2.0;
    return out;
}

double meanRank(const jobs::PairPortrait& portrait, Way way) {
    const std::vector<double> ranks = meanRanks(portrait, way);
    return std::accumulate(ranks.begin(), ranks.end(), 0.0) / static_cast<double>(ranks.size());
}

double imbalanceOf(const jobs::PairPortrait& portrait, Way way) {
    return way == Way::aToB ? portrait.measures.front().value(0, 1) : portrait.measures.front().value(1, 0);
}

Story storyOf(const jobs::PairPortrait& portrait, Way way, std::size_t image) {
    const measures::PairNeighbours& near = portrait.neighbours.at(image);
    const auto& first = way == Way::aToB ? near.in_a : near.in_b;
    const auto& second = way == Way::aToB ? near.in_b : near.in_a;
    Story story;
    double farthest = 0.0;
    for (std::size_t at = 0; at < first.size(); ++at) {
        if (at >= portrait.k && first[at].rank > first[portrait.k - 1].rank)
            break;
        story.neighbours.push_back(first[at].image);
        story.ranksHere.push_back(first[at].rank);
        story.ranks.push_back(first[at].rank_in_other);
        farthest = std::max(farthest, first[at].rank_in_other);
    }
    for (const measures::Neighbour& one : second)
        if (one.rank <= farthest)
            story.queue.emplace_back(one.image, one.rank);
    // The farthest of all is in no list of neighbours.
    for (std::size_t at = 0; at < story.neighbours.size(); ++at)
        if (std::ranges::find(story.queue, story.neighbours[at], &std::pair<std::size_t, double>::first) ==
            story.queue.end())
            story.queue.emplace_back(story.neighbours[at], story.ranks[at]);
    const QChar from = way == Way::aToB ? QLatin1Char('A') : QLatin1Char('B');
    const QChar to = way == Way::aToB ? QLatin1Char('B') : QLatin1Char('A');
    story.sentence = story.neighbours.size() == 1
                         ? aboutOne(image, story, from, to)
                         : aboutSeveral(image, story, meanRanks(portrait, way)[image],
                                        static_cast<double>(portrait.k + 1) / 2.0, from, to);
    return story;
}

QString rangeOf(const jobs::PairPortrait& portrait) {
    const Comparison& imbalance = portrait.measures.front();
    return QStringLiteral("At least (k+1)/N = %1/%2 = %3; %4 where places are drawn by lot")
        .arg(portrait.k + 1)
        .arg(portrait.neighbours.size())
        .arg(shortNumber(imbalance.floor(0, 1)), shortNumber(imbalance.null_value(0, 1)));
}

QString formulaOf(const jobs::PairPortrait& portrait, Way way) {
    return QStringLiteral("Δ(%1) = 2/N · mean rank = 2/%2 · %3 = <b>%4</b>")
        .arg(way == Way::aToB ? QStringLiteral("A→B") : QStringLiteral("B→A"))
        .arg(portrait.neighbours.size())
        .arg(meanRank(portrait, way), 0, 'f', 2)
        .arg(shortNumber(imbalanceOf(portrait, way)));
}

} // namespace stratoscope::ui
