#include "core/storage/file_contents_internal.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace stratoscope::storage {
namespace {

/// The number of images when the file has no ids: what most of its layers have, the larger of equals.
std::size_t usual_rows(const FileContents& contents) {
    std::map<std::size_t, std::size_t> layers_of;
    for (const FoundModel& model : contents.models)
        for (const FoundLayer& found : model.layers)
            if (found.layer.rows)
                ++layers_of[found.layer.rows->rows()];
    std::size_t rows = 0;
    std::size_t most = 0;
    for (const auto& [n, layers] : layers_of)
        if (layers >= most) {
            rows = n;
            most = layers;
        }
    return rows;
}

void check_unique(const std::vector<std::string>& ids, const std::filesystem::path& path) {
    std::unordered_map<std::string_view, std::size_t> first;
    first.reserve(ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto [seen, fresh] = first.try_emplace(ids[i], i);
        if (!fresh)
            throw Error(ErrorKind::bad_data,
                        {.what = "the image ids are not unique",
                         .where = path.string(),
                         .found = "\"" + ids[i] + "\" for images " + std::to_string(seen->second) + " and " +
                                  std::to_string(i),
                         .advice = "An id stands for one image; give each its own"});
    }
}

/// Whatever is known of the images must be known of all N of them.
void drop_misfits(ImageSet& images, std::vector<Warning>& warnings) {
    const std::size_t n = images.size();
    const auto misfit = [&](std::size_t length, const char* what) {
        if (length == 0 || length == n)
            return false;
        warnings.push_back({std::string(what) + "_left_out", "",
                            "the " + std::string(what) + " are " + std::to_string(length) + ", the images " +
                                std::to_string(n) + "; they are not used"});
        return true;
    };
    if (misfit(images.labels.size(), "labels"))
        images.labels.clear();
    if (misfit(images.paths.size(), "paths"))
        images.paths.clear();
    if (misfit(images.statistics.values.rows(), "statistics"))
        images.statistics = {};
}

Model finish_model(FoundModel found, std::size_t images, std::vector<Warning>& warnings) {
    Model model = std::move(found.model);
    const bool all_have_index = std::ranges::all_of(found.layers, &FoundLayer::has_index);
    if (!all_have_index && std::ranges::any_of(found.layers, &FoundLayer::has_index))
        warnings.push_back({"bad_index", model.name,
                            "some of its layers have an index and some have none; the order of the file is "
                            "used for all of them"});
    std::vector<bool> has_depth;
    for (std::size_t l = 0; l < found.layers.size(); ++l) {
        Layer& layer = found.layers[l].layer;
        if (!all_have_index)
            layer.index = l;
        if (layer.rows && layer.rows->rows() != images) {
            layer.unusable = "has " + std::to_string(layer.rows->rows()) + " rows, the images are " +
                             std::to_string(images);
            layer.rows = nullptr;
        }
        if (!layer.unusable.empty())
            warnings.push_back({"unusable_layer", model.name + "/" + layer.name,
                                "the layer " + layer.unusable + "; it can't be used"});
        has_depth.push_back(found.layers[l].has_depth);
        model.layers.push_back(std::move(layer));
    }
    const std::vector<Warning> more = order_layers(model, std::move(has_depth));
    warnings.insert(warnings.end(), more.begin(), more.end());
    return model;
}

} // namespace

Dataset finish(FileContents contents) {
    Dataset dataset;
    dataset.images = std::move(contents.images);
    dataset.warnings = std::move(contents.warnings);
    dataset.inputs.push_back({.path = contents.path, .sha256 = {}});
    if (dataset.images.ids.empty()) {
        const std::size_t n = usual_rows(contents);
        dataset.images.ids_are_positions = true;
        for (std::size_t i = 0; i < n; ++i)
            dataset.images.ids.push_back(std::to_string(i));
    } else {
        check_unique(dataset.images.ids, contents.path);
    }
    drop_misfits(dataset.images, dataset.warnings);
    for (FoundModel& found : contents.models)
        if (!found.layers.empty())
            dataset.models.push_back(finish_model(std::move(found), dataset.images.size(), dataset.warnings));
    if (dataset.models.empty())
        throw Error(
            ErrorKind::bad_data,
            {.what = "there are no activations in it",
             .where = contents.path.string(),
             .expected = "datasets of numbers with one row an image, such as /models/NAME/layers/LAYER",
             .found = dataset.warnings.empty() ? "none" : dataset.warnings.front().message});
    return dataset;
}

} // namespace stratoscope::storage
