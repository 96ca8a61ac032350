// HDF5's way to the bytes of a file that nobody vouches for. Its own drivers let it gather metadata in a
// buffer whose arithmetic a damaged address can overflow (1.10.8 then crashes), and read zeros beyond the
// end. This one gathers nothing and refuses what lies outside the file.
#include "core/storage/hdf5_driver_internal.h"

#include <fcntl.h>
#include <memory>
#include <unistd.h>

namespace stratoscope::storage::hdf5 {
namespace {

H5FD_t* open_file(const char* name, unsigned flags, hid_t, haddr_t) {
    auto file = std::make_unique<DriverFile>();
    if (flags != H5F_ACC_RDONLY || !open_driver_file(*file, name, O_RDONLY))
        return nullptr;
    return &file.release()->common; // HDF5 keeps it and gives it to close_file
}

herr_t close_file(H5FD_t* file) {
    const std::unique_ptr<DriverFile> mine(reinterpret_cast<DriverFile*>(file));
    return ::close(mine->descriptor) == 0 ? 0 : -1;
}

herr_t query_features(const H5FD_t*, unsigned long* flags) {
    if (flags != nullptr)
        *flags = 0;
    return 0;
}

herr_t read_bytes(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, void* buffer) {
    const DriverFile& mine = *reinterpret_cast<DriverFile*>(file);
    if (address > mine.end || size > mine.end - address)
        return -1;
    // Less where the file became shorter.
    return read_some(mine, address, size, buffer) == static_cast<std::ptrdiff_t>(size) ? 0 : -1;
}

/// For reading_driver_file().
herr_t get_handle(H5FD_t* file, hid_t, void** handle) {
    *handle = file;
    return 0;
}

herr_t refuse_to_write(H5FD_t*, H5FD_mem_t, hid_t, haddr_t, std::size_t, const void*) {
    return -1;
}

H5FD_class_t make_driver() {
    constexpr int value = 513; // of those left to users of the library
    H5FD_class_t driver = driver_of("stratoscope reading", value);
    driver.fc_degree = H5F_CLOSE_WEAK;
    driver.open = open_file;
    driver.close = close_file;
    driver.query = query_features;
    driver.get_handle = get_handle;
    driver.read = read_bytes;
    driver.write = refuse_to_write;
    return driver;
}

hid_t registered_driver() {
    // HDF5 keeps a copy; once registered the driver stays as long as the library.
    static const H5FD_class_t driver = make_driver();
    static const hid_t registered = H5FDregister(&driver);
    return registered;
}

} // namespace

Handle reading_access() {
    const auto held = lock();
    return access_by(registered_driver());
}

const DriverFile* reading_driver_file(hid_t file) {
    const auto held = lock();
    const Handle access(H5Fget_access_plist(file), H5Pclose);
    void* handle = nullptr;
    if (!access || H5Pget_driver(access.get()) != registered_driver() ||
        H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0)
        return nullptr;
    return reinterpret_cast<const DriverFile*>(handle);
}

} // namespace stratoscope::storage::hdf5
