// The layouts of HDF5 files that are understood.
#pragma once

#include "core/base/task.h"
#include "core/storage/file_contents_internal.h"
#include "core/storage/hdf5_internal.h"

namespace stratoscope::storage {

/// /images and /models/<model>/layers/<layer>, with or without the attribute that names the format.
[[nodiscard]] bool has_native_layout(const hdf5::File& file);
[[nodiscard]] FileContents read_native_layout(const std::shared_ptr<const hdf5::File>& file,
                                              const OpenOptions& options, const Task& task);
[[nodiscard]] FileContents read_foreign_layout(const std::shared_ptr<const hdf5::File>& file,
                                               const OpenOptions& options, const Task& task);

/// The rows of a dataset of two to four dimensions, pooled as asked; layer.rows or layer.unusable is set, and
/// layer.pooling and layer.shape where pooling happened.
void set_rows(Layer& layer, const std::shared_ptr<const hdf5::File>& file, const std::string& dataset,
              const hdf5::DatasetInfo& info, const std::string& model, const OpenOptions& options,
              std::vector<Warning>& warnings);

} // namespace stratoscope::storage
