// From files to a Dataset: what is in them is read now, the rows when they are asked for.
#pragma once

#include "core/base/task.h"
#include "core/data/dataset.h"

#include <filesystem>
#include <string>
#include <vector>

namespace stratoscope::storage {

struct OpenOptions {
    /// How activations of three (N,T,D) or four (N,C,H,W) dimensions become one row an image: cls (token 0),
    /// mean, max, flatten, grid4x4 (averaged to 4 × 4 positions, then flattened). Where one can't be applied
    /// (cls to a picture, grid4x4 to tokens) mean stands in, with a warning.
    std::string pooling = "mean";
    /// Files without ids are joined row by row; they must have the same number of images.
    bool join_by_position = false;
};

/// Native files of activations, and foreign layouts: any numeric datasets that share their first dimension,
/// in HDF5, NumPy's .npy and .npz, safetensors, what torch.save writes of tensors, or a folder of the latter
/// four (thingsvision's too). file_names.txt, ids.txt and labels.txt beside them count where they hold no
/// ids. Several files are joined by image id, rows in any order; the order of the first file is kept. What
/// can't be used is named in Dataset::warnings and the rest opens. Reads metadata only: no activations, no
/// hashes. Throws Error: no_input, io, bad_data (not a file of activations, ids not unique, no image in
/// common, no models), usage (an unknown pooling, no files). Throws Cancelled.
[[nodiscard]] Dataset open_dataset(const std::vector<std::filesystem::path>& files,
                                   const OpenOptions& options, const Task& task);

} // namespace stratoscope::storage
