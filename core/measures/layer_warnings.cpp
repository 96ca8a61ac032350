#include "core/measures/layer_warnings.h"

#include <algorithm>
#include <cmath>

namespace stratoscope::measures {
namespace {

std::string what_constant_means(const std::string& measure) {
    if (measure == "information_imbalance")
        return "1 in both directions";
    if (measure == "overlap" || measure == "jaccard")
        return "its neighbours are as if drawn by lot";
    if (measure == "linear_predictivity")
        return "it predicts nothing, and there is nothing of it to predict";
    return measure + " is not defined for it";
}

} // namespace

void append_layer_warnings(Comparison& comparison,
                           const std::vector<std::pair<std::string, LayerHealth>>& layers) {
    const Definition& definition = comparison.definition;
    std::size_t widest = 0;
    for (const auto& [path, health] : layers) {
        widest = std::max(widest, health.dimension);
        if (health.constant)
            comparison.warnings.push_back(
                {"constant_layer", path,
                 "is the same for every image: " + what_constant_means(definition.measure)});
        else if (health.duplicate_rows > 0)
            comparison.warnings.push_back({"duplicate_rows", path,
                                           std::to_string(health.duplicate_rows) +
                                               (health.duplicate_rows == 1 ? " row equals" : " rows equal") +
                                               " that of an earlier image; they count as ties"});
        if (definition.distance == Distance::cosine && health.zero_rows > 0)
            comparison.warnings.push_back(
                {"zero_row", path,
                 std::to_string(health.zero_rows) +
                     " rows are all zero and have no direction; cosine takes them as the origin"});
    }
    if (definition.measure == "cka" && definition.images < 2 * widest)
        comparison.warnings.push_back({"few_images", "",
                                       "biased CKA nears 1 for anything when images are few: there are " +
                                           std::to_string(definition.images) + " and layers of up to " +
                                           std::to_string(widest) + " dimensions; take cka_unbiased"});
}

std::string why_unusable(const Layer& layer) {
    return layer.unusable.empty() ? "its rows can't be read"
                                  : "the layer " + layer.unusable + "; it can't be used";
}

std::string without_layer(const Error& error, const std::string& path) {
    ErrorParts parts = error.parts();
    if (parts.where == path)
        parts.where.clear();
    return Error(error.kind(), parts).what();
}

void append_recheck_warning(Comparison& comparison, std::uint64_t rechecks, std::uint64_t thresholds) {
    if (thresholds == 0 || static_cast<double>(rechecks) <= 0.05 * static_cast<double>(thresholds))
        return;
    const auto percent = std::lround(100.0 * static_cast<double>(rechecks) / static_cast<double>(thresholds));
    comparison.warnings.push_back({"near_ties", "",
                                   "distances lie so close together that " + std::to_string(rechecks) +
                                       " of them were computed again in float64 (" + std::to_string(percent) +
                                       " for each hundred ranks); the result is exact, and slower"});
}

} // namespace stratoscope::measures
