#include "ui/playground/portrait_source.h"

#include "core/data/memory_rows.h"

namespace stratoscope::ui {
namespace {

Layer layerOf(const char* name, std::size_t index, const Places& places) {
    Matrix<float> rows(places.size(), 2);
    for (std::size_t image = 0; image < places.size(); ++image) {
        rows(image, 0) = static_cast<float>(places[image].x());
        rows(image, 1) = static_cast<float>(places[image].y());
    }
    Layer layer;
    layer.name = name;
    layer.index = index;
    layer.depth = static_cast<double>(index);
    layer.pooling = "none";
    layer.rows = rows_in_memory(std::move(rows));
    return layer;
}

} // namespace

std::vector<std::string> playgroundMeasures() {
    return {"information_imbalance", "overlap", "cka_unbiased", "rsa_pearson", "procrustes"};
}

std::shared_ptr<const Dataset> datasetOf(const Places& a, const Places& b) {
    Dataset dataset;
    for (std::size_t image = 0; image < a.size(); ++image)
        dataset.images.ids.push_back(std::to_string(image + 1));
    Model model;
    model.name = model.title = "playground";
    model.layers = {layerOf("a", 0, a), layerOf("b", 1, b)};
    dataset.models.push_back(std::move(model));
    return std::make_shared<const Dataset>(std::move(dataset));
}

PortraitSource::PortraitSource(JobRunner& runner, QObject* parent) : QObject(parent), runner_(runner) {}

void PortraitSource::ask(const Places& a, const Places& b, std::size_t k) {
    if (running_)
        waiting_ = Question{a, b, k};
    else
        run({a, b, k});
}

void PortraitSource::run(const Question& question) {
    running_ = true;
    jobs::PairPortraitJob job{{datasetOf(question.a, question.b),
                               std::make_shared<engine::LayerStore>(),
                               {0, 0},
                               {0, 1},
                               question.k},
                              playgroundMeasures()};
    runner_.run<jobs::PairPortraitJob>(this, std::move(job),
                                       {.done =
                                            [this](jobs::PairPortrait portrait) {
                                                portrait_ = std::move(portrait);
                                                next();
                                                Q_EMIT answered();
                                            },
                                        .failed =
                                            [this](const jobs::Failure& failure) {
                                                next();
                                                Q_EMIT failed(QString::fromStdString(failure.text));
                                            },
                                        .cancelled = [this] { next(); }},
                                       true);
}

void PortraitSource::next() {
    running_ = false;
    if (!waiting_)
        return;
    const Question question = std::move(*waiting_);
    waiting_.reset();
    run(question);
}

} // namespace stratoscope::ui
