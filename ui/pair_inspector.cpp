#include "ui/pair_inspector.h"

#include <algorithm>

namespace stratoscope::ui {
namespace {

bool sameQuestion(const std::optional<jobs::PairQuestion>& a, const std::optional<jobs::PairQuestion>& b) {
    if (!a || !b)
        return a.has_value() == b.has_value();
    return a->dataset == b->dataset && a->a == b->a && a->b == b->b && a->k == b->k &&
           a->distance == b->distance;
}

std::size_t rowOf(const std::vector<ComparedLayer>& layers, const std::string& path) {
    const auto at =
        std::ranges::find_if(layers, [&](const ComparedLayer& layer) { return layer.path() == path; });
    return static_cast<std::size_t>(at - layers.begin());
}

} // namespace

std::optional<std::pair<std::size_t, std::size_t>> cellOfPair(const Comparison& comparison,
                                                              const LayerPair& pair) {
    const std::size_t row = rowOf(comparison.rows, pair.from);
    const std::size_t column = rowOf(comparison.columns, pair.to);
    if (row == comparison.rows.size() || column == comparison.columns.size())
        return std::nullopt;
    return std::pair{row, column};
}

PairInspector::PairInspector(Session& session, Selection& selection, JobRunner& runner, QObject* parent)
    : QObject(parent), session_(session), selection_(selection), runner_(runner),
      facts_(new PairFacts(session, selection, runner, this)) {
    connect(&selection, &Selection::changed, this, &PairInspector::update);
    connect(&session, &Session::settingsChanged, this, &PairInspector::update);
    connect(&session, &Session::datasetChanged, this, &PairInspector::update);
    connect(&session, &Session::imagesChanged, this, &PairInspector::update);
    connect(&session, &Session::comparisonChanged, this, [this] {
        update();
        rank();
    });
}

std::optional<jobs::PairQuestion> PairInspector::question() const {
    const auto dataset = session_.dataset();
    const auto& pair = selection_.picked().pair;
    if (!dataset || !pair)
        return std::nullopt;
    if (session_.hidden().contains(pair->from) || session_.hidden().contains(pair->to))
        return std::nullopt;
    const auto from = dataset->find(pair->from);
    const auto to = dataset->find(pair->to);
    if (!from || !to || !dataset->layer(*from).usable() || !dataset->layer(*to).usable())
        return std::nullopt;
    return jobs::PairQuestion{dataset, session_.layers(), *from,
                              *to,     session_.k(),      session_.settings().distance};
}

std::optional<std::pair<std::size_t, std::size_t>> PairInspector::cellOf(const LayerPair& pair) const {
    const auto comparison = session_.comparison();
    return comparison ? cellOfPair(*comparison, pair) : std::nullopt;
}

std::optional<std::pair<std::size_t, std::size_t>> PairInspector::cell() const {
    const auto& pair = selection_.picked().pair;
    return pair ? cellOf(*pair) : std::nullopt;
}

void PairInspector::update() {
    const auto now = question();
    const bool samePair = sameQuestion(now, asked_);
    asked_ = now;
    if (!samePair)
        askDivergence();
    if (!samePair || image() != askedImage_)
        askNeighbours();
}

std::optional<std::size_t> PairInspector::image() const {
    if (const auto& picked = selection_.picked().image)
        return picked;
    return ranked_ && !ranked_->order.empty() ? std::optional(ranked_->order.front()) : std::nullopt;
}

void PairInspector::askDivergence() {
    divergenceJob_.cancel();
    const std::size_t question = ++divergenceQuestion_;
    divergence_.reset();
    ranked_.reset();
    waiting_ = asked_.has_value();
    Q_EMIT divergenceChanged();
    if (!asked_)
        return;
    divergenceJob_ = runner_.run<jobs::DivergenceJob>(this, {*asked_},
                                                      {.done =
                                                           [this, question](measures::PairDivergence result) {
                                                               if (question != divergenceQuestion_)
                                                                   return;
                                                               waiting_ = false;
                                                               divergence_ = std::move(result);
                                                               rank();
                                                           },
                                                       .failed =
                                                           [this, question](const jobs::Failure& failure) {
                                                               if (question != divergenceQuestion_)
                                                                   return;
                                                               waiting_ = false;
                                                               Q_EMIT divergenceChanged();
                                                               Q_EMIT session_.notice(
                                                                   QString::fromStdString(failure.text));
                                                           }},
                                                      true);
}

void PairInspector::askNeighbours() {
    neighbourJob_.cancel();
    const std::size_t question = ++neighbourQuestion_;
    neighbours_.reset();
    askedImage_ = image();
    Q_EMIT neighboursChanged();
    if (!asked_ || !askedImage_ || *askedImage_ >= asked_->dataset->images.size())
        return;
    neighbourJob_ = runner_.run<jobs::NeighboursJob>(
        this, {*asked_, *askedImage_},
        {.done =
             [this, question](measures::PairNeighbours result) {
                 if (question != neighbourQuestion_)
                     return;
                 neighbours_ = std::move(result);
                 Q_EMIT neighboursChanged();
             },
         .failed = [](const jobs::Failure&) {}}, // the divergences told already
        true);
}

bool PairInspector::canBeSpecific() const {
    const auto comparison = session_.comparison();
    return comparison && comparison->image_means && asked_ &&
           comparison->image_means->overall.size() == asked_->dataset->images.size() && cell().has_value();
}

void PairInspector::rank() {
    if (!divergence_)
        return;
    const auto at = cell();
    const std::vector<double>& divergence = ranking_.forward ? divergence_->forward : divergence_->backward;
    if (!specific()) {
        ranked_ = analysis::rank_images(divergence);
    } else {
        const auto comparison = session_.comparison();
        std::size_t row = at->first;
        std::size_t column = at->second;
        if (!ranking_.forward) { // the cell on the other side of the diagonal, where the matrix has it
            const auto& pair = *selection_.picked().pair;
            const auto back = cellOf({pair.to, pair.from});
            if (back)
                std::tie(row, column) = *back;
        }
        ranked_ = analysis::rank_images_for_pair(divergence, *comparison->image_means, row, column);
    }
    Q_EMIT divergenceChanged();
    if (image() != askedImage_)
        askNeighbours();
}

void PairInspector::setRanking(RankingChoice ranking) {
    if (ranking == ranking_)
        return;
    ranking_ = ranking;
    rank();
}

} // namespace stratoscope::ui
