#include "core/storage/hdf5_driver_internal.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <iterator>
#include <limits>
#include <unistd.h>
#include <utility>

namespace stratoscope::storage::hdf5 {
namespace {

DriverFile* of(H5FD_t* file) {
    return reinterpret_cast<DriverFile*>(file);
}
const DriverFile* of(const H5FD_t* file) {
    return reinterpret_cast<const DriverFile*>(file);
}

/// How HDF5 knows that a file is open already.
int compare_files(const H5FD_t* a, const H5FD_t* b) {
    const auto key = [](const H5FD_t* file) { return std::pair(of(file)->device, of(file)->inode); };
    return key(a) < key(b) ? -1 : key(b) < key(a) ? 1 : 0;
}

haddr_t get_allocated(const H5FD_t* file, H5FD_mem_t) {
    return of(file)->allocated;
}

herr_t set_allocated(H5FD_t* file, H5FD_mem_t, haddr_t end) {
    of(file)->allocated = end;
    return 0;
}

haddr_t get_end(const H5FD_t* file, H5FD_mem_t) {
    return of(file)->end;
}

} // namespace

bool open_driver_file(DriverFile& file, const char* name, int flags) {
    constexpr mode_t everybodys = 0666; // as far as the umask lets
    const int descriptor = ::open(name, flags | O_CLOEXEC, everybodys);
    if (descriptor < 0)
        return false;
    struct stat facts {};
    if (::fstat(descriptor, &facts) != 0) {
        ::close(descriptor);
        return false;
    }
    file.descriptor = descriptor;
    file.device = facts.st_dev;
    file.inode = facts.st_ino;
    file.end = static_cast<haddr_t>(facts.st_size);
    return true;
}

std::ptrdiff_t read_some(const DriverFile& file, haddr_t address, std::size_t size, void* buffer) {
    auto* out = static_cast<char*>(buffer);
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got =
            ::pread(file.descriptor, out + done, size - done, static_cast<off_t>(address + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += static_cast<std::size_t>(got);
    }
    return static_cast<std::ptrdiff_t>(done);
}

H5FD_class_t driver_of(const char* name, [[maybe_unused]] int value) {
    H5FD_class_t driver{};
#if H5_VERSION_GE(1, 14, 0)
    driver.version = H5FD_CLASS_VERSION;
    driver.value = static_cast<H5FD_class_value_t>(value);
#endif
    driver.name = name;
    driver.maxaddr = static_cast<haddr_t>(std::numeric_limits<off_t>::max());
    driver.cmp = compare_files;
    driver.get_eoa = get_allocated;
    driver.set_eoa = set_allocated;
    driver.get_eof = get_end;
    constexpr H5FD_mem_t map[] = H5FD_FLMAP_DICHOTOMY;
    std::copy(std::begin(map), std::end(map), driver.fl_map);
    return driver;
}

Handle access_by(hid_t registered) {
    Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    if (registered < 0 || H5Pset_driver(access.get(), registered, nullptr) < 0)
        throw Error(ErrorKind::internal,
                    {.what = "HDF5 does not take a driver of this program", .found = last_error()});
    return access;
}

} // namespace stratoscope::storage::hdf5
