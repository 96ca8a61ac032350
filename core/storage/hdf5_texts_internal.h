// Texts of varying length in HDF5 files that nobody vouches for.
#pragma once

#include "core/storage/hdf5_internal.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace stratoscope::storage::hdf5 {

using ReadValues = std::function<herr_t(hid_t memory_type, void* values)>;

/// `count` texts of an object in a file opened by reading_access(); `read` reads the object's values as the
/// type asked for. Nothing where they can't be read or the file is damaged there. The lock is held.
[[nodiscard]] std::optional<std::vector<std::string>> varying_texts(hid_t object, std::size_t count,
                                                                    const ReadValues& read);

} // namespace stratoscope::storage::hdf5
