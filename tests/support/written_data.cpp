#include "tests/support/written_data.h"

#include "core/storage/activations_writer.h"

namespace stratoscope::support {

void write_activations(const std::filesystem::path& path, const Dataset& dataset) {
    storage::ActivationsWriter writer(path, dataset.images);
    for (const Model& model : dataset.models) {
        writer.add_model(model);
        for (const Layer& layer : model.layers)
            writer.add_layer(model.name, layer, *layer.rows);
    }
    writer.commit();
}

} // namespace stratoscope::support
