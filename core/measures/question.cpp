#include "core/measures/question.h"

#include "core/base/thread_pool.h"
#include "core/engine/memory_share.h"
#include "core/measures/image_subset.h"
#include "core/measures/layer_warnings.h"

#include <algorithm>
#include <atomic>
#include <mutex>

namespace stratoscope::measures {
namespace {

std::vector<Choice> checked_choices(const CompareRequest& request, std::size_t images) {
    std::vector<Choice> choices;
    for (const MeasureChoice& asked : request.measures) {
        const MeasureInfo* info = find_measure(asked.name);
        if (info == nullptr)
            throw no_such_measure(asked.name);
        Choice choice{info, 0};
        if (info->takes_k) {
            choice.k = asked.k.value_or(default_k(images));
            if (choice.k < 1 || choice.k > most_neighbours(images))
                throw Error(ErrorKind::usage,
                            {.what = "k = " + std::to_string(choice.k) + " does not fit " +
                                     std::to_string(images) + " images",
                             .expected = "1 ≤ k ≤ " + std::to_string(most_neighbours(images)),
                             .advice = "ask for a smaller k; the default would be " +
                                       std::to_string(default_k(images))});
        }
        choices.push_back(choice);
    }
    return choices;
}

// What a layer's rows take in memory, at most.
std::size_t bytes_of(const Layer& layer) {
    if (!layer.usable())
        return 0;
    const ElementType type = layer.rows->element_type();
    const std::size_t size = type == ElementType::float16 ? 2 : type == ElementType::float64 ? 8 : 4;
    return checked_product(checked_product(layer.rows->rows(), layer.rows->cols(), "a layer"), size,
                           "a layer");
}

} // namespace

Question checked(const Dataset& dataset, const CompareRequest& asked) {
    Question question{dataset, asked, {}, {}};
    CompareRequest& request = question.request;
    if (request.measures.empty())
        throw Error(ErrorKind::usage, {.what = "no measure was asked for"});
    if (request.rows.empty())
        request.rows = dataset.all_layers();
    if (request.columns.empty())
        request.columns = request.rows;
    if (request.subset) {
        if (*request.subset > dataset.images.size())
            throw Error(ErrorKind::usage,
                        {.what = "the subset is larger than the whole",
                         .expected = "at most " + std::to_string(dataset.images.size()) + " images",
                         .found = std::to_string(*request.subset)});
        question.dataset = draw_images(dataset, *request.subset, request.seed);
    }
    const std::size_t images = question.dataset.images.size();
    if (images < 4)
        throw Error(ErrorKind::bad_data, {.what = "too few images to compare layers",
                                          .expected = "at least 4",
                                          .found = std::to_string(images)});
    question.choices = checked_choices(request, images);
    question.layers = request.rows;
    question.layers.insert(question.layers.end(), request.columns.begin(), request.columns.end());
    std::ranges::sort(question.layers);
    question.layers.erase(std::unique(question.layers.begin(), question.layers.end()), question.layers.end());
    for (const LayerId id : question.layers)
        if (id.model >= dataset.models.size() || id.layer >= dataset.models[id.model].layers.size())
            throw Error(ErrorKind::internal,
                        {.what = "a layer was asked for that the dataset does not have"});
    return question;
}

Loaded load(const Question& question, Distance distance, engine::LayerStore& store, const Task& task) {
    const Dataset& dataset = question.dataset;
    const std::size_t count = question.layers.size();
    std::vector<std::shared_ptr<const engine::PreparedLayer>> prepared(count);
    std::vector<std::string> why(count);
    std::atomic<std::size_t> done = 0;
    std::mutex reporting;
    const Task quiet{task.pool, task.cancellation, {}};
    std::size_t bytes = 0;
    for (const LayerId id : question.layers)
        bytes += bytes_of(dataset.layer(id));
    const engine::StoredRows::Place place = engine::place_for(bytes, question.request.memory_bytes);
    task.report(0.0, "reading layers");
    task.pool.parallel_for(count, [&](std::size_t i, std::size_t) {
        task.check();
        const Layer& layer = dataset.layer(question.layers[i]);
        if (!layer.usable())
            why[i] = why_unusable(layer);
        else
            try {
                prepared[i] = store.get(dataset, question.layers[i], distance, quiet, place);
            } catch (const Error& error) {
                // A damaged or NaN layer leaves its row and column empty; running out of memory ends the
                // whole.
                if (error.kind() != ErrorKind::bad_data && error.kind() != ErrorKind::io)
                    throw;
                why[i] = without_layer(error, dataset.path_of(question.layers[i]));
            }
        const std::lock_guard lock(reporting);
        task.report(static_cast<double>(++done) / static_cast<double>(count), "reading layers");
    });

    Loaded loaded;
    for (std::size_t i = 0; i < count; ++i) {
        if (!prepared[i]) {
            loaded.place.push_back(absent);
            loaded.warnings.push_back({"unusable_layer", dataset.path_of(question.layers[i]), why[i]});
            continue;
        }
        loaded.place.push_back(loaded.layers.size());
        loaded.layers.push_back(std::move(prepared[i]));
    }
    if (loaded.layers.empty())
        throw Error(ErrorKind::bad_data,
                    {.what = "none of the layers can be used",
                     .found = loaded.warnings.front().layer + ": " + loaded.warnings.front().message,
                     .advice = "export the activations again, without NaN or infinite values"});
    return loaded;
}

std::vector<std::pair<std::string, LayerHealth>> healths_of(const Question& question, const Loaded& loaded) {
    std::vector<std::pair<std::string, LayerHealth>> healths;
    for (std::size_t i = 0; i < question.layers.size(); ++i)
        if (loaded.place[i] != absent)
            healths.emplace_back(question.dataset.path_of(question.layers[i]),
                                 loaded.layers[loaded.place[i]]->health());
    return healths;
}

} // namespace stratoscope::measures
