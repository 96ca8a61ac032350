// What HDF5's ways to the bytes of a file (drivers) have in common here.
#pragma once

#include "core/storage/hdf5_internal.h"

#include <cstddef>
#include <sys/stat.h>

namespace stratoscope::storage::hdf5 {

struct DriverFile {
    H5FD_t common; // HDF5's part comes first
    int descriptor;
    dev_t device;
    ino_t inode;
    haddr_t end;       // of the file
    haddr_t allocated; // as far as the format's bookkeeping goes
};

/// Opens the file with open(2)'s flags and fills in what is known of it; false where that fails.
[[nodiscard]] bool open_driver_file(DriverFile& file, const char* name, int flags);

/// Reads at most as much as there is; how much that was, or -1.
[[nodiscard]] std::ptrdiff_t read_some(const DriverFile& file, haddr_t address, std::size_t size,
                                       void* buffer);

/// The file behind one of HDF5's that was opened by reading_access(); null for any other.
[[nodiscard]] const DriverFile* reading_driver_file(hid_t file);

/// A driver whose files start with a DriverFile, without what opens, closes, reads and writes.
[[nodiscard]] H5FD_class_t driver_of(const char* name, int value);

/// A property list for opening files by this driver, which is made known to HDF5 before.
[[nodiscard]] Handle access_by(hid_t registered);

} // namespace stratoscope::storage::hdf5
