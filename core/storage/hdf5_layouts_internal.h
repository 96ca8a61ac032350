// The layouts of HDF5 files that are understood.
#pragma once

#include "core/base/task.h"
#include "core/storage/file_contents_internal.h"
#include "core/storage/foreign_dataset_internal.h"
#include "core/storage/hdf5_internal.h"

namespace stratoscope::storage {

/// /images and /models/<model>/layers/<layer>, with or without the attribute that names the format.
[[nodiscard]] bool has_native_layout(const hdf5::File& file);
[[nodiscard]] FileContents read_native_layout(const std::shared_ptr<const hdf5::File>& file,
                                              const OpenOptions& options, const Task& task);
[[nodiscard]] FileContents read_foreign_layout(const std::shared_ptr<const hdf5::File>& file,
                                               const OpenOptions& options, const Task& task);

/// A dataset of an HDF5 file, by its path in it.
[[nodiscard]] ForeignDataset foreign_dataset(std::shared_ptr<const hdf5::File> file, const std::string& path,
                                             std::vector<std::string> parts, const hdf5::DatasetInfo& info);

} // namespace stratoscope::storage
