#include "ui/pair_facts.h"

#include <algorithm>
#include <chrono>

namespace stratoscope::ui {
namespace {

using namespace std::chrono_literals;

// A pair the mouse or an arrow key only passes over is not worth a job.
constexpr auto passingOver = 160ms;
constexpr auto picked = 40ms;
// Above, a pair takes a noticeable time: only what is clicked is computed.
constexpr std::size_t imagesWhileHovering = 2000;

std::vector<std::string> quickMeasures() {
    return {"information_imbalance", "overlap",     "cknna",
            "cka_unbiased",          "rsa_pearson", "distance_correlation"};
}

} // namespace

PairFacts::PairFacts(Session& session, Selection& selection, JobRunner& runner, QObject* parent)
    : QObject(parent), session_(session), selection_(selection), runner_(runner) {
    delay_.setSingleShot(true);
    connect(&delay_, &QTimer::timeout, this, &PairFacts::compute);
    connect(&selection, &Selection::changed, this, &PairFacts::update);
    connect(&selection, &Selection::hoverChanged, this, &PairFacts::update);
    connect(&session, &Session::settingsChanged, this, &PairFacts::update);
    connect(&session, &Session::datasetChanged, this, &PairFacts::update);
    connect(&session, &Session::imagesChanged, this, &PairFacts::update);
    connect(&session, &Session::comparisonChanged, this, &PairFacts::update); // layers may be hidden
}

std::optional<PairFacts::Subject> PairFacts::subjectNow() const {
    const auto dataset = session_.dataset();
    const bool quick = dataset && dataset->images.size() <= imagesWhileHovering;
    const auto& pair =
        quick && selection_.hoveredPair() ? selection_.hoveredPair() : selection_.picked().pair;
    if (!dataset || !pair)
        return std::nullopt;
    for (const std::string& path : {pair->from, pair->to}) {
        const auto layer = dataset->find(path);
        if (!layer || !dataset->layer(*layer).usable() || session_.hidden().contains(path))
            return std::nullopt;
    }
    return Subject{*pair, session_.settings().measure, session_.k(), session_.settings().distance};
}

void PairFacts::update() {
    if (dataset_ != session_.dataset()) {
        dataset_ = session_.dataset();
        known_.clear();
        subject_.reset();
    }
    const auto now = subjectNow();
    if (now == subject_)
        return;
    subject_ = now;
    ++question_;
    sensitivityJob_.cancel();
    othersJob_.cancel();
    delay_.stop();
    const Known* already = known();
    if (subject_ && (already == nullptr || !already->sensitivity || !already->others))
        delay_.start(selection_.hoveredPair() ? passingOver : picked);
    Q_EMIT changed();
}

void PairFacts::compute() {
    if (!subject_ || !dataset_)
        return;
    const std::size_t question = question_;
    const Subject subject = *subject_;
    const jobs::PairQuestion pair{dataset_,
                                  session_.layers(),
                                  dataset_->find(subject.pair.from).value_or(LayerId{}),
                                  dataset_->find(subject.pair.to).value_or(LayerId{}),
                                  subject.k,
                                  subject.distance};
    // What can't be computed is left out: the comparison itself has told why.
    const auto failed = [](const jobs::Failure&) {};
    const measures::MeasureInfo* info = measures::find_measure(subject.measure);
    if (info != nullptr && info->group != measures::MeasureGroup::feature_maps) {
        jobs::SensitivityJob job{pair, subject.measure, {1, 2, 5, 10, 30, 100}};
        job.ks.push_back(subject.k);
        sensitivityJob_ =
            runner_.run<jobs::SensitivityJob>(this, std::move(job),
                                              {.done =
                                                   [this, question, subject](measures::Sensitivity result) {
                                                       if (question != question_)
                                                           return;
                                                       entryOf(subject).sensitivity = std::move(result);
                                                       Q_EMIT changed();
                                                   },
                                               .failed = failed},
                                              true);
    }
    othersJob_ =
        runner_.run<jobs::PairMeasuresJob>(this, {pair, quickMeasures()},
                                           {.done =
                                                [this, question, subject](std::vector<Comparison> result) {
                                                    if (question != question_)
                                                        return;
                                                    entryOf(subject).others = std::move(result);
                                                    Q_EMIT changed();
                                                },
                                            .failed = failed},
                                           true);
}

PairFacts::Known& PairFacts::entryOf(const Subject& subject) {
    const auto at = std::ranges::find(known_, subject, &Known::subject);
    if (at != known_.end())
        return *at;
    if (known_.size() == longestMemory)
        known_.pop_front();
    return known_.emplace_back(Known{subject, {}, {}});
}

const PairFacts::Known* PairFacts::known() const {
    const auto at = std::ranges::find_if(
        known_, [this](const Known& entry) { return subject_ && entry.subject == *subject_; });
    return at == known_.end() ? nullptr : &*at;
}

const measures::Sensitivity* PairFacts::sensitivity() const {
    const Known* entry = known();
    return entry != nullptr && entry->sensitivity ? &*entry->sensitivity : nullptr;
}

const std::vector<Comparison>* PairFacts::others() const {
    const Known* entry = known();
    return entry != nullptr && entry->others ? &*entry->others : nullptr;
}

} // namespace stratoscope::ui
