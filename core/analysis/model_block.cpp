#include "core/analysis/model_block.h"

#include <algorithm>
#include <map>

namespace stratoscope::analysis {
namespace {

std::size_t find_layer(const std::vector<ComparedLayer>& layers, const ComparedLayer& wanted) {
    const auto at = std::ranges::find_if(layers, [&](const ComparedLayer& layer) {
        return layer.model == wanted.model && layer.layer == wanted.layer;
    });
    return static_cast<std::size_t>(at - layers.begin());
}

} // namespace

std::vector<ModelRange> model_ranges(const std::vector<ComparedLayer>& layers) {
    std::vector<ModelRange> ranges;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (ranges.empty() || ranges.back().model != layers[i].model)
            ranges.push_back({layers[i].model, layers[i].model_title, layers[i].family, i, 0});
        ++ranges.back().count;
    }
    return ranges;
}

std::vector<std::size_t> steps_of(const std::vector<ComparedLayer>& layers, const std::string& model) {
    std::map<std::string, std::size_t> poolings;
    for (const ComparedLayer& layer : layers)
        if (layer.model == model)
            ++poolings[layer.pooling];
    std::string common;
    for (const auto& [pooling, count] : poolings)
        if (common.empty() || count > poolings[common])
            common = pooling;
    std::map<std::size_t, std::size_t> by_index;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (layers[i].model != model)
            continue;
        const auto [at, fresh] = by_index.try_emplace(layers[i].index, i);
        if (!fresh && layers[i].pooling == common && layers[at->second].pooling != common)
            at->second = i;
    }
    std::vector<std::size_t> steps;
    steps.reserve(by_index.size());
    for (const auto& [index, row] : by_index)
        steps.push_back(row);
    return steps;
}

double unlikeness(const Comparison& comparison, std::size_t row, std::size_t column) {
    const double value = comparison.value(row, column);
    return comparison.definition.sense == Sense::distance ? value : 1.0 - value;
}

std::size_t column_of(const Comparison& comparison, const ComparedLayer& layer) {
    return find_layer(comparison.columns, layer);
}

std::size_t row_of(const Comparison& comparison, const ComparedLayer& layer) {
    return find_layer(comparison.rows, layer);
}

} // namespace stratoscope::analysis
