#include "ui/session.h"

#include "core/data/layer_choice.h"
#include "core/jobs/health_job.h"
#include "core/jobs/open_job.h"
#include "core/jobs/picture_jobs.h"
#include "core/jobs/save_results_job.h"
#include "ui/pooling_choice.h"

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace stratoscope::ui {
namespace {

double medianOf(const Matrix<double>& values) {
    std::vector<double> finite;
    for (const double value : values.values())
        if (std::isfinite(value))
            finite.push_back(value);
    if (finite.empty())
        return std::nan("");
    const auto middle = finite.begin() + static_cast<std::ptrdiff_t>(finite.size() / 2);
    std::nth_element(finite.begin(), middle, finite.end());
    return *middle;
}

} // namespace

Session::Session(JobRunner& runner, QObject* parent) : QObject(parent), runner_(runner) {}

void Session::open(const std::vector<std::filesystem::path>& files) {
    read(files, false);
}

void Session::read(const std::vector<std::filesystem::path>& files, bool pooledAnew) {
    reading_.cancel();
    const std::size_t opening = ++opening_;
    reading_ = runner_.run<jobs::OpenJob>(
        this, {files, settings_.pooling, false},
        {.done =
             [this, files, opening, pooledAnew](std::shared_ptr<const Dataset> dataset) {
                 if (opening != opening_)
                     return;
                 files_ = files;
                 pooledAnew_ = pooledAnew;
                 opened(std::move(dataset));
                 pooledAnew_ = false;
             },
         .failed =
             [this, opening](const jobs::Failure& failure) {
                 if (opening == opening_)
                     Q_EMIT openFailed(QString::fromStdString(failure.text));
             }});
}

void Session::showUnfinished(std::shared_ptr<const Dataset> dataset) {
    files_.clear();
    opened(std::move(dataset));
}

void Session::opened(std::shared_ptr<const Dataset> dataset) {
    for (Side* side : {&main_, &beside_}) {
        side->job.cancel();
        *side = {};
    }
    checking_.cancel();
    measuringDimensions_.cancel();
    dataset_ = std::move(dataset);
    layers_->clear();
    hidden_.clear();
    health_.reset();
    decodability_.reset();
    dimensions_.reset();
    colours_.clear();
    for (const Model& model : dataset_->models)
        if (model.family != statistics_family)
            colours_.emplace(model.name, colours_.size());
    Q_EMIT datasetChanged();
    Q_EMIT comparisonChanged();
    healthAsked_ = false;
    recompute();
}

// Reads every layer once more, so it waits until the first picture is there.
void Session::checkHealth() {
    if (std::exchange(healthAsked_, true))
        return;
    checking_ = runner_.run<jobs::HealthJob>(this, {dataset_},
                                             {.done =
                                                  [this, dataset = dataset_](const Health& health) {
                                                      if (dataset != dataset_)
                                                          return;
                                                      health_ = health;
                                                      Q_EMIT healthChanged();
                                                  }},
                                             true);
}

void Session::attachFolder(const std::filesystem::path& folder) {
    if (!dataset_)
        return;
    runner_.run<jobs::AttachFolderJob>(
        this, {dataset_, folder},
        {.done = [this, dataset = dataset_](const jobs::AttachFolderJob::Result& result) {
            if (dataset != dataset_)
                return;
            dataset_ = result.dataset;
            Q_EMIT imagesChanged();
            Q_EMIT notice(QStringLiteral("%1 of %2 images have a picture now")
                              .arg(result.matched)
                              .arg(dataset_->images.size()));
        }});
}

void Session::computeStatistics() {
    if (!dataset_)
        return;
    runner_.run<jobs::StatisticsJob>(
        this, {dataset_}, {.done = [this, dataset = dataset_](std::shared_ptr<const Dataset> result) {
            if (dataset != dataset_)
                return;
            dataset_ = std::move(result);
            decodability_.reset();
            Q_EMIT imagesChanged();
            recompute();
        }});
}

void Session::computeDecodability() {
    if (!dataset_ || dataset_->images.statistics.empty() || decodability_)
        return;
    runner_.run<jobs::DecodabilityJob>(
        this, {dataset_}, {.done = [this, dataset = dataset_](jobs::DecodabilityJob::Result result) {
            if (dataset != dataset_)
                return;
            decodability_ = std::move(result);
            Q_EMIT decodabilityChanged();
        }});
}

void Session::computeDimensions() {
    if (!dataset_ || measuringDimensions_.active() ||
        (dimensions_ && dimensions_->distance == settings_.distance))
        return;
    std::vector<LayerId> layers = layersPooled(*dataset_, settings_.pooling);
    std::erase_if(layers, [this](LayerId id) { return dataset_->model(id).family == statistics_family; });
    if (layers.empty())
        return;
    measuringDimensions_ =
        runner_.run<jobs::DimensionJob>(this, {dataset_, layers_, std::move(layers), settings_.distance},
                                        {.done = [this, dataset = dataset_, distance = settings_.distance](
                                                     jobs::DimensionJob::Result result) {
                                            if (dataset != dataset_ || distance != settings_.distance)
                                                return;
                                            dimensions_ = std::move(result);
                                            Q_EMIT dimensionsChanged();
                                        }});
}

std::size_t Session::k() const {
    return settings_.k.value_or(dataset_ ? measures::default_k(dataset_->images.size()) : 30);
}

void Session::setSettings(const Settings& settings) {
    if (settings == settings_)
        return;
    const Settings before = settings_;
    settings_ = settings;
    Q_EMIT settingsChanged();
    Settings onlyScale = before;
    onlyScale.scale = settings.scale;
    if (onlyScale == settings_) {
        Q_EMIT comparisonChanged();
        return;
    }
    if (before.distance != settings_.distance || before.pooling != settings_.pooling) {
        measuringDimensions_.cancel();
        measuringDimensions_ = {};
        dimensions_.reset();
        Q_EMIT dimensionsChanged();
    }
    Settings onlyBeside = before;
    onlyBeside.beside = settings.beside;
    if (onlyBeside == settings_)
        compare(false);
    else if (before.pooling != settings_.pooling && dataset_ && !files_.empty() &&
             !hasSeveralPoolings(*dataset_))
        read(files_, true); // other rows are read from the same files
    else
        recompute();
}

std::vector<std::string> Session::poolings() const {
    return dataset_ ? poolingsToChoose(*dataset_) : std::vector<std::string>();
}

void Session::recompute() {
    compare(true);
}

bool Session::onePassAnswersBoth() const {
    const measures::MeasureInfo* one = measures::find_measure(settings_.measure);
    const measures::MeasureInfo* other = measures::find_measure(settings_.beside.value_or(std::string()));
    const auto passes = [](const measures::MeasureInfo* info) {
        return info != nullptr && info->group != measures::MeasureGroup::feature_maps;
    };
    return passes(one) && passes(other) &&
           (one->takes_distance == other->takes_distance || settings_.distance == Distance::euclidean);
}

// The second measure alone where the first is there, or on its way in a job of its own.
void Session::compare(bool mainToo) {
    const bool together = main_.computing && beside_.computing && main_.question == beside_.question;
    mainToo = mainToo || together || (!main_.whole && !main_.computing);
    beside_.job.cancel();
    beside_.question = 0;
    beside_.computing = false;
    beside_.imagesDone.reset();
    beside_.stale = beside_.whole != nullptr;
    if (!settings_.beside)
        beside_ = {};
    if (mainToo)
        main_.job.cancel();
    if (!dataset_) {
        Q_EMIT comparisonChanged();
        return;
    }
    if (mainToo && settings_.beside && onePassAnswersBoth()) {
        ask({&main_, &beside_});
    } else {
        if (mainToo)
            ask({&main_});
        if (settings_.beside)
            ask({&beside_});
    }
    Q_EMIT comparisonChanged();
}

// One pass for one side or both.
void Session::ask(const std::vector<Side*>& sides) {
    const std::size_t question = ++question_;
    jobs::CompareJob job{dataset_, layers_, {}};
    for (Side* side : sides) {
        side->question = question;
        side->computing = true;
        side->imagesDone.reset();
        side->stale = side->whole != nullptr;
        job.request.measures.push_back(
            {side == &main_ ? settings_.measure : settings_.beside.value_or(settings_.measure), settings_.k});
    }
    job.request.distance = settings_.distance;
    job.request.rows = layersPooled(*dataset_, settings_.pooling);
    const auto asked = [sides, question] { // sides are members: they live as long as their receiver
        std::vector<std::pair<Side*, std::size_t>> still;
        for (std::size_t i = 0; i < sides.size(); ++i)
            if (sides[i]->question == question)
                still.emplace_back(sides[i], i);
        return still;
    };
    const auto ended = [this, asked] {
        const auto still = asked();
        for (const auto& [side, index] : still)
            side->computing = false; // a snapshot stays what it is, of these settings
        if (!still.empty()) {
            Q_EMIT comparisonChanged();
            checkHealth();
        }
        return !still.empty();
    };
    const jobs::JobHandle handle = runner_.run<jobs::CompareJob>(
        this, std::move(job),
        {.done =
             [this, asked](const jobs::CompareJob::Result& result) {
                 for (const auto& [side, index] : asked()) {
                     side->computing = false;
                     side->imagesDone.reset();
                     show(*side, result[index]);
                 }
                 Q_EMIT comparisonChanged();
                 checkHealth();
             },
         .snapshot =
             [this, asked](const jobs::CompareJob::Snapshot& snapshot) {
                 bool any = false;
                 for (const auto& [side, index] : asked()) {
                     if (index >= snapshot->size() || (*snapshot)[index].comparison.value.empty())
                         continue;
                     side->imagesDone = (*snapshot)[index].images_done;
                     side->progressError = medianOf((*snapshot)[index].progress_error);
                     show(*side, std::shared_ptr<const Comparison>(snapshot, &(*snapshot)[index].comparison));
                     any = true;
                 }
                 if (any) {
                     Q_EMIT comparisonChanged();
                     checkHealth();
                 }
             },
         .failed =
             [this, ended](const jobs::Failure& failure) {
                 if (ended())
                     Q_EMIT comparisonFailed(failure);
             },
         .cancelled = [ended] { ended(); }});
    for (Side* side : sides)
        side->job = handle;
}

void Session::cancelComparison() {
    main_.job.cancel();
    beside_.job.cancel();
}

void Session::show(Side& side, std::shared_ptr<const Comparison> comparison) {
    side.whole = std::move(comparison);
    side.stale = false;
    refilter(side);
}

void Session::refilter(Side& side) const {
    if (!side.whole || hidden_.empty()) {
        side.shown = side.whole;
        return;
    }
    const auto kept = [this](const std::vector<ComparedLayer>& layers) {
        std::vector<std::size_t> out;
        for (std::size_t i = 0; i < layers.size(); ++i)
            if (!hidden_.contains(layers[i].path()))
                out.push_back(i);
        return out;
    };
    side.shown = std::make_shared<const Comparison>(
        choose_layers(*side.whole, kept(side.whole->rows), kept(side.whole->columns)));
}

void Session::setHidden(std::set<std::string> hidden) {
    if (hidden == hidden_)
        return;
    hidden_ = std::move(hidden);
    refilter(main_);
    refilter(beside_);
    Q_EMIT comparisonChanged();
}

bool Session::finished() const {
    return settled() && (!settings_.beside || (beside_.shown && !beside_.imagesDone && !beside_.stale));
}

void Session::saveNumbers(const std::filesystem::path& path) {
    if (!finished()) {
        Q_EMIT notice(QStringLiteral("There are no finished numbers to write yet"));
        return;
    }
    std::vector<std::shared_ptr<const Comparison>> comparisons{main_.shown};
    if (settings_.beside)
        comparisons.push_back(beside_.shown);
    runner_.run<jobs::SaveResultsJob>(
        this,
        {path, std::move(comparisons), dataset_,
         QStringLiteral("Stratoscope %1").arg(QCoreApplication::applicationVersion()).toStdString(),
         QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString()},
        {.done = [this](const std::filesystem::path& written) {
            Q_EMIT notice(QStringLiteral("Wrote %1").arg(QString::fromStdString(written.string())));
        }});
}

} // namespace stratoscope::ui
