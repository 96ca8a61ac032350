#include "core/measures/sensitivity.h"

#include "core/base/error.h"
#include "core/engine/layer_store.h"
#include "core/measures/catalogue.h"
#include "core/measures/compare.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace stratoscope::measures {
namespace {

using LayerPair = std::pair<LayerId, LayerId>;

// The asked pair, then the same steps in each pooling that both have.
std::vector<LayerPair> pairs_to_compare(const Dataset& dataset, const SensitivityQuestion& question) {
    std::vector<LayerPair> pairs{{question.from, question.to}};
    std::vector<LayerId> from = other_poolings(dataset, question.from);
    std::vector<LayerId> to = other_poolings(dataset, question.to);
    from.push_back(question.from);
    to.push_back(question.to);
    for (const LayerId a : from)
        for (const LayerId b : to)
            if (dataset.layer(a).pooling == dataset.layer(b).pooling &&
                std::ranges::find(pairs, LayerPair(a, b)) == pairs.end())
                pairs.emplace_back(a, b);
    return pairs;
}

// What N does not allow is told in `warnings`.
std::vector<MeasureChoice> choices(const Dataset& dataset, const SensitivityQuestion& question,
                                   const MeasureInfo& info, std::vector<Warning>& warnings) {
    if (!info.takes_k)
        return {{question.measure, std::nullopt}};
    std::vector<std::size_t> ks = question.ks;
    std::ranges::sort(ks);
    ks.erase(std::unique(ks.begin(), ks.end()), ks.end());
    std::string left_out;
    std::erase_if(ks, [&](std::size_t k) {
        const bool out = k == 0 || k > most_neighbours(dataset.images.size());
        if (out)
            left_out += (left_out.empty() ? "" : ", ") + std::to_string(k);
        return out;
    });
    const std::string allowed = "1 … " + std::to_string(most_neighbours(dataset.images.size())) + " for " +
                                std::to_string(dataset.images.size()) + " images";
    if (ks.empty())
        throw Error(ErrorKind::usage, {.what = "none of the asked k is a number of neighbours",
                                       .expected = allowed,
                                       .found = left_out});
    if (!left_out.empty())
        warnings.push_back({"k_left_out", "", "k = " + left_out + " is left out: k may be " + allowed});
    std::vector<MeasureChoice> out;
    out.reserve(ks.size());
    for (const std::size_t k : ks)
        out.push_back({question.measure, k});
    return out;
}

SensitivityPoint point_of(const Comparison& comparison, std::size_t row, std::size_t column) {
    return {comparison.definition.k.value_or(0), comparison.value(row, column),
            comparison.standard_error.empty() ? std::nan("") : comparison.standard_error(row, column),
            comparison.floor(row, column), comparison.null_value(row, column)};
}

} // namespace

double SensitivityPoint::excess() const {
    return stratoscope::excess(value, floor, null_value);
}

double SensitivityPoint::excess_error() const {
    return null_value == floor ? std::nan("") : standard_error / std::abs(null_value - floor);
}

std::vector<LayerId> other_poolings(const Dataset& dataset, LayerId layer) {
    const Layer& own = dataset.layer(layer);
    std::vector<LayerId> found;
    const std::vector<Layer>& all = dataset.model(layer).layers;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (i != layer.layer && all[i].index == own.index && all[i].pooling != own.pooling && all[i].usable())
            found.push_back({layer.model, i});
    return found;
}

Sensitivity sensitivity(const Dataset& dataset, const SensitivityQuestion& question,
                        engine::LayerStore& layers, const Task& task) {
    const MeasureInfo* info = find_measure(question.measure);
    if (info == nullptr)
        throw no_such_measure(question.measure);
    const std::vector<LayerPair> pairs = pairs_to_compare(dataset, question);
    CompareRequest request;
    std::vector<Warning> warnings;
    request.measures = choices(dataset, question, *info, warnings);
    request.distance = question.distance;
    for (const auto& [from, to] : pairs)
        for (const LayerId layer : {from, to})
            if (std::ranges::find(request.rows, layer) == request.rows.end())
                request.rows.push_back(layer);
    const std::vector<Comparison> compared = compare(dataset, request, layers, task);

    const auto row_of = [&](LayerId layer) {
        return static_cast<std::size_t>(std::ranges::find(request.rows, layer) - request.rows.begin());
    };
    warnings.insert(warnings.end(), compared.front().warnings.begin(), compared.front().warnings.end());
    Sensitivity out{compared.front().definition, {}, std::move(warnings)};
    for (const auto& [from, to] : pairs) {
        const std::size_t a = row_of(from);
        const std::size_t b = row_of(to);
        SensitivityCurve curve{compared.front().rows[a], compared.front().rows[b], {}, {}};
        for (const Comparison& one : compared) {
            curve.forward.push_back(point_of(one, a, b));
            if (one.directed())
                curve.backward.push_back(point_of(one, b, a));
        }
        out.curves.push_back(std::move(curve));
    }
    return out;
}

} // namespace stratoscope::measures
