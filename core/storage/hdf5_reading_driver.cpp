// HDF5's way to the bytes of a file that nobody vouches for. Its own drivers let it gather metadata in a
// buffer whose arithmetic a damaged address can overflow (1.10.8 then crashes), and read zeros beyond the
// end. This one gathers nothing and refuses what lies outside the file.
#include "core/storage/hdf5_internal.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <limits>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace stratoscope::storage::hdf5 {
namespace {

struct OpenFile {
    H5FD_t common; // HDF5's part comes first
    int descriptor;
    dev_t device;
    ino_t inode;
    haddr_t end;       // of the file
    haddr_t allocated; // as far as the format's bookkeeping goes
};

OpenFile* of(H5FD_t* file) {
    return reinterpret_cast<OpenFile*>(file);
}
const OpenFile* of(const H5FD_t* file) {
    return reinterpret_cast<const OpenFile*>(file);
}

H5FD_t* open_file(const char* name, unsigned flags, hid_t, haddr_t) {
    if (flags != H5F_ACC_RDONLY)
        return nullptr;
    const int descriptor = ::open(name, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return nullptr;
    struct stat facts {};
    if (::fstat(descriptor, &facts) != 0) {
        ::close(descriptor);
        return nullptr;
    }
    auto file = std::make_unique<OpenFile>();
    file->descriptor = descriptor;
    file->device = facts.st_dev;
    file->inode = facts.st_ino;
    file->end = static_cast<haddr_t>(facts.st_size);
    return &file.release()->common; // HDF5 keeps it and gives it to close_file
}

herr_t close_file(H5FD_t* file) {
    const std::unique_ptr<OpenFile> mine(of(file));
    return ::close(mine->descriptor) == 0 ? 0 : -1;
}

/// How HDF5 knows that a file is open already.
int compare_files(const H5FD_t* a, const H5FD_t* b) {
    const auto key = [](const H5FD_t* file) { return std::pair(of(file)->device, of(file)->inode); };
    return key(a) < key(b) ? -1 : key(b) < key(a) ? 1 : 0;
}

herr_t query_features(const H5FD_t*, unsigned long* flags) {
    if (flags != nullptr)
        *flags = 0;
    return 0;
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

herr_t read_bytes(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, void* buffer) {
    const OpenFile& mine = *of(file);
    if (address > mine.end || size > mine.end - address)
        return -1;
    auto* out = static_cast<char*>(buffer);
    while (size > 0) {
        const ssize_t got = ::pread(mine.descriptor, out, size, static_cast<off_t>(address));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return -1; // an error, or the file became shorter
        out += got;
        address += static_cast<haddr_t>(got);
        size -= static_cast<std::size_t>(got);
    }
    return 0;
}

herr_t refuse_to_write(H5FD_t*, H5FD_mem_t, hid_t, haddr_t, std::size_t, const void*) {
    return -1;
}

H5FD_class_t make_driver() {
    H5FD_class_t driver{};
#if H5_VERSION_GE(1, 14, 0)
    driver.version = H5FD_CLASS_VERSION;
    driver.value = static_cast<H5FD_class_value_t>(513); // of those left to users of the library
#endif
    driver.name = "stratoscope reading";
    driver.maxaddr = static_cast<haddr_t>(std::numeric_limits<off_t>::max());
    driver.fc_degree = H5F_CLOSE_WEAK;
    driver.open = open_file;
    driver.close = close_file;
    driver.cmp = compare_files;
    driver.query = query_features;
    driver.get_eoa = get_allocated;
    driver.set_eoa = set_allocated;
    driver.get_eof = get_end;
    driver.read = read_bytes;
    driver.write = refuse_to_write;
    constexpr H5FD_mem_t map[] = H5FD_FLMAP_DICHOTOMY;
    std::copy(std::begin(map), std::end(map), driver.fl_map);
    return driver;
}

} // namespace

Handle reading_access() {
    const auto held = lock();
    // HDF5 keeps a copy; once registered the driver stays as long as the library.
    static const H5FD_class_t driver = make_driver();
    static const hid_t registered = H5FDregister(&driver);
    Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    if (registered < 0 || H5Pset_driver(access.get(), registered, nullptr) < 0)
        throw Error(ErrorKind::internal,
                    {.what = "HDF5 does not take the reading driver", .found = last_error()});
    return access;
}

} // namespace stratoscope::storage::hdf5
