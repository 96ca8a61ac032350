#include "ui/pooling_choice.h"

#include <algorithm>

namespace stratoscope::ui {

bool hasSeveralPoolings(const Dataset& dataset) {
    for (const Model& model : dataset.models)
        for (std::size_t i = 0; i + 1 < model.layers.size(); ++i)
            if (model.layers[i].index == model.layers[i + 1].index &&
                model.layers[i].pooling != model.layers[i + 1].pooling)
                return true;
    return false;
}

std::vector<std::string> poolingsToChoose(const Dataset& dataset) {
    if (hasSeveralPoolings(dataset)) {
        std::vector<std::string> found;
        for (const Model& model : dataset.models)
            for (const Layer& layer : model.layers)
                if (model.family != statistics_family && !layer.pooling.empty() &&
                    std::ranges::find(found, layer.pooling) == found.end())
                    found.push_back(layer.pooling);
        return found;
    }
    const std::vector<LayerId> layers = dataset.all_layers();
    const bool pooledHere =
        std::ranges::any_of(layers, [&](LayerId id) { return dataset.layer(id).pooled_on_reading; });
    return pooledHere ? std::vector<std::string>{"mean", "max", "cls", "flatten", "grid4x4"}
                      : std::vector<std::string>{};
}

std::vector<LayerId> layersPooled(const Dataset& dataset, const std::string& pooling) {
    std::vector<LayerId> ids;
    for (const LayerId id : dataset.all_layers()) {
        const Model& model = dataset.model(id);
        const Layer& layer = dataset.layer(id);
        const bool otherPooling =
            layer.pooling != pooling && std::ranges::any_of(model.layers, [&](const Layer& other) {
                return &other != &layer && other.index == layer.index && other.pooling == pooling;
            });
        // Without the asked pooling among them, the first of a step stands for it.
        const bool second = std::ranges::any_of(model.layers, [&](const Layer& other) {
            return &other < &layer && other.index == layer.index && other.pooling != layer.pooling &&
                   layer.pooling != pooling;
        });
        if (model.family == statistics_family || (!otherPooling && !second))
            ids.push_back(id);
    }
    return ids;
}

} // namespace stratoscope::ui
