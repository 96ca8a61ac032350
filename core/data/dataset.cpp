#include "core/data/dataset.h"

#include <algorithm>
#include <numeric>

namespace stratoscope {

std::string ImageSet::label_of(std::size_t image) const {
    if (image >= labels.size())
        return {};
    const std::int64_t label = labels[image];
    if (label >= 0 && static_cast<std::size_t>(label) < label_names.size())
        return label_names[static_cast<std::size_t>(label)];
    return std::to_string(label);
}

std::string Dataset::path_of(LayerId id) const {
    return model(id).name + "/" + layer(id).name;
}

std::vector<LayerId> Dataset::all_layers() const {
    std::vector<LayerId> all;
    for (std::size_t m = 0; m < models.size(); ++m)
        for (std::size_t l = 0; l < models[m].layers.size(); ++l)
            all.push_back({m, l});
    return all;
}

std::optional<LayerId> Dataset::find(std::string_view path) const {
    for (const LayerId id : all_layers())
        if (path_of(id) == path)
            return id;
    return std::nullopt;
}

std::vector<Warning> order_layers(Model& model, std::vector<bool> has_depth) {
    std::vector<Warning> warnings;
    std::size_t last = 0;
    for (const Layer& layer : model.layers)
        last = std::max(last, layer.index);
    for (std::size_t l = 0; l < model.layers.size(); ++l) {
        Layer& layer = model.layers[l];
        const double by_index =
            last == 0 ? 0.0 : static_cast<double>(layer.index) / static_cast<double>(last);
        if (!has_depth[l])
            layer.depth = by_index;
        else if (!(layer.depth >= 0.0 && layer.depth <= 1.0)) {
            warnings.push_back({"bad_depth", model.name + "/" + layer.name,
                                "the stored depth " + std::to_string(layer.depth) +
                                    " is not between 0 and 1; its place in the order is used instead"});
            layer.depth = by_index;
        }
    }
    std::ranges::stable_sort(model.layers, {}, &Layer::index);
    return warnings;
}

} // namespace stratoscope
