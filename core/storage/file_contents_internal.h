// What one file holds, before files are joined and layers are checked against the images.
#pragma once

#include "core/data/dataset.h"
#include "core/storage/open.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace stratoscope::storage {

/// A layer as the file has it: rows may differ in number from the images.
struct FoundLayer {
    Layer layer; ///< rows may be null, with the reason in layer.unusable
    bool has_index = false;
    bool has_depth = false;
};

struct FoundModel {
    Model model; ///< without layers
    std::vector<FoundLayer> layers;
};

struct FileContents {
    std::filesystem::path path;
    ImageSet images; ///< ids empty where the file has none
    std::vector<FoundModel> models;
    std::vector<Warning> warnings;
};

/// Puts layers in order, completes indexes and depths, and sets aside (unusable, with a warning) those whose
/// rows are not the images'. Makes up ids where there are none; throws Error(bad_data) on ids that aren't
/// unique, or when there are no models.
[[nodiscard]] Dataset finish(FileContents contents);

/// By image id (or position): see open_dataset. At least two.
[[nodiscard]] Dataset join(std::vector<Dataset> parts, const OpenOptions& options);

} // namespace stratoscope::storage
