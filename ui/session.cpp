#include "ui/session.h"

#include "core/data/layer_choice.h"
#include "core/jobs/health_job.h"
#include "core/jobs/open_job.h"
#include "core/jobs/picture_jobs.h"
#include "core/jobs/save_results_job.h"

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

bool severalPoolings(const Dataset& dataset) {
    for (const Model& model : dataset.models)
        for (std::size_t i = 0; i + 1 < model.layers.size(); ++i)
            if (model.layers[i].index == model.layers[i + 1].index &&
                model.layers[i].pooling != model.layers[i + 1].pooling)
                return true;
    return false;
}

} // namespace

Session::Session(JobRunner& runner, QObject* parent) : QObject(parent), runner_(runner) {}

void Session::open(std::vector<std::filesystem::path> files) {
    reading_.cancel();
    const std::size_t opening = ++opening_;
    reading_ =
        runner_.run<jobs::OpenJob>(this, {files, settings_.pooling, false},
                                   {.done =
                                        [this, files, opening](std::shared_ptr<const Dataset> dataset) {
                                            if (opening != opening_)
                                                return;
                                            files_ = files;
                                            opened(std::move(dataset));
                                        },
                                    .failed =
                                        [this, opening](const jobs::Failure& failure) {
                                            if (opening == opening_)
                                                Q_EMIT openFailed(QString::fromStdString(failure.text));
                                        }});
}

void Session::opened(std::shared_ptr<const Dataset> dataset) {
    comparing_.cancel();
    checking_.cancel();
    dataset_ = std::move(dataset);
    layers_->clear();
    hidden_.clear();
    health_.reset();
    decodability_.reset();
    whole_.reset();
    shown_.reset();
    stale_ = false;
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
    if (before.pooling != settings_.pooling && dataset_ && !severalPoolings(*dataset_))
        open(files_); // other rows are read from the same files
    else
        recompute();
}

std::vector<std::string> Session::poolings() const {
    if (!dataset_)
        return {};
    if (severalPoolings(*dataset_)) {
        std::vector<std::string> found;
        for (const Model& model : dataset_->models)
            for (const Layer& layer : model.layers)
                if (model.family != statistics_family && !layer.pooling.empty() &&
                    std::ranges::find(found, layer.pooling) == found.end())
                    found.push_back(layer.pooling);
        return found;
    }
    // A step whose one activation has more dimensions than a row was pooled on reading.
    const bool pooledHere = std::ranges::any_of(dataset_->models, [this](const Model& model) {
        return model.family != statistics_family &&
               std::ranges::any_of(model.layers, [this](const Layer& layer) {
                   return layer.shape.size() > 1 && layer.pooling == settings_.pooling &&
                          layer.module.empty();
               });
    });
    return pooledHere ? std::vector<std::string>{"mean", "max", "cls", "flatten", "grid4x4"}
                      : std::vector<std::string>{};
}

std::vector<LayerId> Session::layersToCompare() const {
    std::vector<LayerId> ids;
    for (const LayerId id : dataset_->all_layers()) {
        const Model& model = dataset_->model(id);
        const Layer& layer = dataset_->layer(id);
        const bool otherPooling =
            layer.pooling != settings_.pooling && std::ranges::any_of(model.layers, [&](const Layer& other) {
                return &other != &layer && other.index == layer.index && other.pooling == settings_.pooling;
            });
        // Without the asked pooling among them, the first of a step stands for it.
        const bool second = std::ranges::any_of(model.layers, [&](const Layer& other) {
            return &other < &layer && other.index == layer.index && other.pooling != layer.pooling &&
                   layer.pooling != settings_.pooling;
        });
        if (model.family == statistics_family || (!otherPooling && !second))
            ids.push_back(id);
    }
    return ids;
}

void Session::recompute() {
    comparing_.cancel();
    ++question_;
    if (!dataset_)
        return;
    stale_ = whole_ != nullptr;
    imagesDone_.reset();
    computing_ = true;
    Q_EMIT comparisonChanged();
    jobs::CompareJob job{dataset_, layers_, {}};
    job.request.measures = {{settings_.measure, settings_.k}};
    job.request.distance = settings_.distance;
    job.request.rows = layersToCompare();
    const std::size_t question = question_;
    comparing_ = runner_.run<jobs::CompareJob>(
        this, std::move(job),
        {.done =
             [this, question](const jobs::CompareJob::Result& result) {
                 if (question != question_)
                     return;
                 computing_ = false;
                 imagesDone_.reset();
                 show(result.front());
             },
         .snapshot =
             [this, question](const jobs::CompareJob::Snapshot& snapshot) {
                 if (question != question_ || snapshot->front().comparison.value.empty())
                     return;
                 imagesDone_ = snapshot->front().images_done;
                 progressError_ = medianOf(snapshot->front().progress_error);
                 show(std::shared_ptr<const Comparison>(snapshot, &snapshot->front().comparison));
             },
         .failed =
             [this, question](const jobs::Failure& failure) {
                 if (question != question_)
                     return;
                 computing_ = false;
                 Q_EMIT comparisonChanged();
                 checkHealth();
                 Q_EMIT runner_.failed(QStringLiteral("Comparing layers"), failure);
             },
         .cancelled =
             [this, question] {
                 if (question != question_)
                     return;
                 computing_ = false;
                 stale_ = whole_ != nullptr;
                 Q_EMIT comparisonChanged();
                 checkHealth();
             }});
}

void Session::cancelComparison() {
    comparing_.cancel();
}

void Session::show(std::shared_ptr<const Comparison> comparison) {
    whole_ = std::move(comparison);
    stale_ = false;
    refilter();
    Q_EMIT comparisonChanged();
    checkHealth();
}

void Session::refilter() {
    if (!whole_ || hidden_.empty()) {
        shown_ = whole_;
        return;
    }
    std::vector<std::size_t> rows;
    std::vector<std::size_t> columns;
    for (std::size_t i = 0; i < whole_->rows.size(); ++i)
        if (!hidden_.contains(whole_->rows[i].path()))
            rows.push_back(i);
    for (std::size_t i = 0; i < whole_->columns.size(); ++i)
        if (!hidden_.contains(whole_->columns[i].path()))
            columns.push_back(i);
    shown_ = std::make_shared<const Comparison>(choose_layers(*whole_, rows, columns));
}

void Session::setHidden(std::set<std::string> hidden) {
    if (hidden == hidden_)
        return;
    hidden_ = std::move(hidden);
    refilter();
    Q_EMIT comparisonChanged();
}

void Session::saveNumbers(const std::filesystem::path& path) {
    if (!shown_ || imagesDone_ || stale_) {
        Q_EMIT notice(QStringLiteral("There are no finished numbers to write yet"));
        return;
    }
    runner_.run<jobs::SaveResultsJob>(
        this,
        {path,
         {shown_},
         dataset_,
         QStringLiteral("Stratoscope %1").arg(QCoreApplication::applicationVersion()).toStdString(),
         QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString()},
        {.done = [this](const std::filesystem::path& written) {
            Q_EMIT notice(QStringLiteral("Wrote %1").arg(QString::fromStdString(written.string())));
        }});
}

} // namespace stratoscope::ui
