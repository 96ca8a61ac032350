// A folder of pictures for a dataset whose file has none.
#pragma once

#include "core/base/task.h"
#include "core/data/dataset.h"

#include <cstddef>
#include <filesystem>
#include <memory>

namespace stratoscope::images {

struct AttachedFolder {
    Dataset dataset;
    std::size_t matched = 0; ///< images that have a picture now
};

/// Matches the folder's pictures (and those of folders in it) to images by id: the path in the folder, the
/// file's name, or its name without suffix; a name that several pictures share matches none. Ids that are
/// mere positions match pictures in natural order, if there are as many. The pictures also serve as
/// thumbnails where the file had none. Throws Error: no_input, bad_data (no pictures, none that matches);
/// Cancelled.
[[nodiscard]] AttachedFolder attach_folder(Dataset dataset, const std::filesystem::path& folder,
                                           const Task& task);

/// Thumbnails from the pictures at ImageSet::paths, decoded when asked for; `side` is the longer one.
[[nodiscard]] std::shared_ptr<const ThumbnailSource>
thumbnails_from_files(std::vector<std::filesystem::path> paths, std::size_t side = 128);

} // namespace stratoscope::images
