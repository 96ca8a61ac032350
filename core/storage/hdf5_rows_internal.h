// Rows and thumbnails read from an HDF5 file when they are asked for.
#pragma once

#include "core/data/image_set.h"
#include "core/data/row_source.h"
#include "core/storage/hdf5_internal.h"

#include <memory>
#include <string>
#include <vector>

namespace stratoscope::storage::hdf5 {

/// A numeric dataset of two or more dimensions as N × (the product of the others). With first_only, of
/// (N, T, …) only [:, 0, …]: the CLS token, without reading the rest.
[[nodiscard]] std::shared_ptr<const RowSource> rows_of(std::shared_ptr<const File> file, std::string dataset,
                                                       const DatasetInfo& info, bool first_only = false);

/// An (N, H, W, 3) dataset of uint8; images[i] is the place in the file of image i, empty for "the same".
[[nodiscard]] std::shared_ptr<const ThumbnailSource>
thumbnails_of(std::shared_ptr<const File> file, std::string dataset, const DatasetInfo& info);

/// The memory type that reads and writes IEEE halves as they are: HDF5's own conversion of them is wrong.
[[nodiscard]] Handle half_type();

} // namespace stratoscope::storage::hdf5
