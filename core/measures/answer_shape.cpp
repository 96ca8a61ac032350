#include "core/measures/answer_shape.h"

#include "core/measures/kernel_similarity.h"

#include <algorithm>
#include <limits>

namespace stratoscope::measures {
namespace {

ComparedLayer compared_layer(const Dataset& dataset, LayerId id) {
    const Model& model = dataset.model(id);
    const Layer& layer = dataset.layer(id);
    return {model.name,  layer.name,  model.title,  model.family,
            layer.index, layer.depth, layer.module, layer.pooling};
}

std::string common_pooling(const Question& question) {
    std::string common;
    for (const LayerId id : question.layers) {
        const std::string& pooling = question.dataset.layer(id).pooling;
        if (question.dataset.model(id).family == statistics_family || pooling.empty())
            continue;
        if (!common.empty() && common != pooling)
            return "mixed";
        common = pooling;
    }
    return common;
}

Matrix<float> image_columns(const Matrix<float>& all, const std::vector<std::size_t>& places) {
    Matrix<float> out(all.rows(), places.size(), std::numeric_limits<float>::quiet_NaN());
    for (std::size_t image = 0; image < all.rows(); ++image)
        for (std::size_t i = 0; i < places.size(); ++i)
            if (places[i] != absent)
                out(image, i) = all(image, places[i]);
    return out;
}

} // namespace

Shaper::Shaper(const Question& question, const Loaded& loaded) {
    const auto places = [&](const std::vector<LayerId>& ids) {
        std::vector<std::size_t> out;
        out.reserve(ids.size());
        for (const LayerId id : ids)
            out.push_back(loaded.place[static_cast<std::size_t>(
                std::ranges::lower_bound(question.layers, id) - question.layers.begin())]);
        return out;
    };
    rows_ = places(question.request.rows);
    columns_ = places(question.request.columns);
}

std::shared_ptr<const ImageMeans> Shaper::image_means(const std::shared_ptr<const ImageMeans>& all) const {
    if (!all)
        return nullptr;
    auto out = std::make_shared<ImageMeans>();
    out->from = image_columns(all->from, rows_);
    out->to = image_columns(all->to, columns_);
    out->overall = all->overall;
    return out;
}

Comparison described(const Question& question, const Choice& choice) {
    Comparison out;
    const CompareRequest& request = question.request;
    out.definition = {.measure = std::string(choice.info->name),
                      .version = choice.info->version,
                      .direction = choice.info->direction,
                      .sense = choice.info->sense,
                      .k = choice.info->takes_k ? std::optional(choice.k) : std::nullopt,
                      .distance = choice.info->takes_distance ? request.distance : Distance::euclidean,
                      .pooling = common_pooling(question),
                      .images = question.dataset.images.size(),
                      .subset = request.subset,
                      .seed = request.seed,
                      .error_subsets = 0};
    if (const auto kernel = kernel_measure(choice.info->name);
        kernel && kernel->kernel == engine::Kernel::gaussian)
        out.definition.bandwidth = request.bandwidth;
    for (const LayerId id : request.rows)
        out.rows.push_back(compared_layer(question.dataset, id));
    for (const LayerId id : request.columns)
        out.columns.push_back(compared_layer(question.dataset, id));
    return out;
}

void fill(Comparison& out, const Finished& finished, const Shaper& shaper) {
    out.value = shaper.cells(finished.value);
    out.standard_error = shaper.cells(finished.standard_error);
    out.floor = shaper.cells(finished.floor);
    out.null_value = shaper.cells(finished.null_value);
    for (const Matrix<double>& values : finished.subset_values)
        out.subset_values.push_back(shaper.cells(values));
    out.definition.error_subsets = out.subset_values.size();
    out.image_means = shaper.image_means(finished.image_means);
}

} // namespace stratoscope::measures
