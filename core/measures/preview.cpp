#include "core/measures/preview.h"

#include "core/engine/layer_store.h"
#include "core/measures/image_subset.h"

#include <algorithm>
#include <cmath>

namespace stratoscope::measures {
namespace {

constexpr std::size_t runs = 8;
constexpr std::size_t length = 20;
constexpr std::size_t fewest_images = 4000; // below, the pass itself shows something as soon

Snapshot mapped(Comparison small, std::size_t k, std::size_t images) {
    Snapshot out;
    out.images_done = small.definition.images;
    out.progress_error = std::move(small.standard_error);
    const double floor = (static_cast<double>(k) + 1.0) / static_cast<double>(images);
    for (std::size_t r = 0; r < small.value.rows(); ++r)
        for (std::size_t c = 0; c < small.value.cols(); ++c) {
            small.value(r, c) = floor + (1.0 - floor) * excess(small.value(r, c), small.floor(r, c));
            small.floor(r, c) = floor;
        }
    small.standard_error = {};
    small.subset_values.clear();
    small.image_means = nullptr;
    small.warnings.clear();
    small.rechecks = 0;
    small.definition.k = k;
    small.definition.images = images;
    small.definition.error_subsets = 0;
    out.comparison = std::move(small);
    return out;
}

} // namespace

std::shared_ptr<const std::vector<Snapshot>> preview(const Dataset& dataset, const CompareRequest& request,
                                                     const Task& task) {
    const std::size_t images = dataset.images.size();
    if (images < fewest_images)
        return nullptr;
    CompareRequest few = request;
    few.device = "cpu"; // so few images are done before a device is woken
    few.subset.reset();
    few.measures.clear();
    std::vector<std::size_t> asked; // places in the request
    for (std::size_t at = 0; at < request.measures.size(); ++at) {
        if (request.measures[at].name != "information_imbalance")
            continue;
        const std::size_t k = request.measures[at].k.value_or(default_k(images));
        const double scaled = static_cast<double>(k * runs * length) / static_cast<double>(images);
        few.measures.push_back({request.measures[at].name,
                                std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(scaled)))});
        asked.push_back(at);
    }
    if (asked.empty())
        return nullptr;
    engine::LayerStore store;
    std::vector<Comparison> found = compare(spread_images(dataset, runs, length), few, store, task);
    auto out = std::make_shared<std::vector<Snapshot>>(request.measures.size());
    for (std::size_t i = 0; i < asked.size(); ++i)
        (*out)[asked[i]] =
            mapped(std::move(found[i]), request.measures[asked[i]].k.value_or(default_k(images)), images);
    for (Snapshot& snapshot : *out)
        snapshot.comparison.definition.subset = request.subset;
    return out;
}

} // namespace stratoscope::measures
