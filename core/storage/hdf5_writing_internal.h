// The few things that are written into HDF5 files: groups, attributes, strings, tables.
#pragma once

#include "core/storage/hdf5_internal.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stratoscope::storage::hdf5 {

/// Throws Error(cannot_write) naming `path` with HDF5's reason when `good` is false.
void require_written(bool good, const std::filesystem::path& path, std::string_view what);

/// Whether something that HDF5 wrote did not get to the disk (hdf5_writing_driver.cpp).
struct WriteFailure {
    int number = 0; ///< errno of the first failure
};
[[nodiscard]] Handle writing_access();
/// Of a file that was opened by writing_access(). May be asked when the file is closed already.
[[nodiscard]] std::shared_ptr<const WriteFailure> failure_of(hid_t file);
/// Throws Error(cannot_write) where something is missing on the disk: to be asked now and then, since HDF5's
/// calls don't fail.
void require_on_disk(const WriteFailure& failure, const std::filesystem::path& named);

/// A new file over whatever `temporary` holds; `named` is the name in messages. Groups in it keep the order
/// in which things are added.
[[nodiscard]] Handle create_file(const std::filesystem::path& temporary, const std::filesystem::path& named);
/// An existing file, to add to.
[[nodiscard]] Handle open_for_writing(const std::filesystem::path& path, const std::filesystem::path& named);
/// Everything out and closed; throws where that fails (a full disk shows here).
void close_file(Handle& file, const std::filesystem::path& named);

[[nodiscard]] Handle create_group(hid_t parent, const std::string& name);

void write_attribute(hid_t object, const char* name, std::string_view text);
void write_attribute(hid_t object, const char* name, double number);
void write_attribute(hid_t object, const char* name, std::int64_t number);
void write_attribute(hid_t object, const char* name, std::uint64_t number);
void write_attribute(hid_t object, const char* name, const std::vector<std::string>& texts);
void write_attribute(hid_t object, const char* name, const std::vector<std::int64_t>& numbers);

struct Storage {
    std::vector<hsize_t> chunk; ///< empty: one block
    std::optional<int> gzip;    ///< with the bytes shuffled; else checksums where there are chunks
};

/// An empty dataset.
[[nodiscard]] Handle create_dataset(hid_t parent, const std::string& name, hid_t type,
                                    std::span<const hsize_t> shape, const Storage& storage = {});
/// A whole dataset at once.
void write_strings(hid_t parent, const std::string& name, const std::vector<std::string>& texts);
void write_integers(hid_t parent, const std::string& name, const std::vector<std::int64_t>& numbers);
void write_numbers(hid_t parent, const std::string& name, std::span<const hsize_t> shape,
                   std::span<const double> numbers);
void write_numbers(hid_t parent, const std::string& name, std::span<const hsize_t> shape,
                   std::span<const float> numbers);

} // namespace stratoscope::storage::hdf5
