// What was opened: images, and models with their layers in the order of processing. Immutable once built,
// cheap to copy.
#pragma once

#include "core/data/image_set.h"
#include "core/data/row_source.h"
#include "core/data/warning.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stratoscope {

/// One processing step's representation of all images.
struct Layer {
    std::string name;
    std::size_t index = 0;          ///< order of processing; two poolings of a module share it
    double depth = 0.0;             ///< 0…1, the stored one, else index/(L−1)
    std::string module;             ///< path inside the model, may be empty
    std::string pooling;            ///< cls, mean, max, flatten, none, …; empty when the file doesn't say
    std::vector<std::size_t> shape; ///< of one image's activation before pooling; empty when unknown
    bool pooled_on_reading = false; ///< the file has the whole activation: `pooling` was chosen on opening it
    std::shared_ptr<const RowSource> rows; ///< null when the layer is unusable
    std::string unusable; ///< why it can't be used ("has 900 rows, the images are 1000"), empty when it can

    [[nodiscard]] bool usable() const noexcept { return rows != nullptr && unusable.empty(); }
};

struct Model {
    std::string name;      ///< as in the file; part of "model/layer"
    std::string title;     ///< for people; equals name when the file has none
    std::string family;    ///< cnn, transformer, other, statistics, or empty
    std::string objective; ///< free text, may be empty
    std::string source;
    std::string preprocessing;
    std::vector<Layer> layers;
};

/// The family of the model that holds the images' low-level statistics.
inline constexpr std::string_view statistics_family = "statistics";
/// Its name: "image_statistics/all", and "image_statistics/colour" and so on for the groups.
inline constexpr std::string_view statistics_model = "image_statistics";

/// Where a dataset came from; the hash makes a result's inputs checkable.
struct InputFile {
    std::filesystem::path path;
    std::string sha256; ///< lower-case hex; empty until computed
};

/// A layer of a dataset by position.
struct LayerId {
    std::size_t model = 0;
    std::size_t layer = 0;
    auto operator<=>(const LayerId&) const = default; // NOLINT(modernize-use-nullptr): not ours to write
};

struct Dataset {
    ImageSet images;
    std::vector<Model> models;
    std::vector<InputFile> inputs;
    std::vector<Warning>
        warnings; ///< of opening: images left out, layers that can't be used, notices on what was passed over

    [[nodiscard]] const Model& model(LayerId id) const { return models.at(id.model); }
    [[nodiscard]] const Layer& layer(LayerId id) const { return models.at(id.model).layers.at(id.layer); }
    /// "model/layer"
    [[nodiscard]] std::string path_of(LayerId id) const;
    /// Every layer, model by model, in order of processing.
    [[nodiscard]] std::vector<LayerId> all_layers() const;
    /// By "model/layer"; nothing when there is none of that name.
    [[nodiscard]] std::optional<LayerId> find(std::string_view path) const;
};

/// Sorts a model's layers by index and fills depths where `has_depth` says none was stored: index/(largest
/// index), 0 for a single step. Sizes must match. Depths outside 0…1 are replaced too, and named in the
/// returned warnings.
std::vector<Warning> order_layers(Model& model, std::vector<bool> has_depth);

} // namespace stratoscope
