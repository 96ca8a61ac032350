// HDF5's way to the bytes of a file being written. HDF5 does not survive a write that fails: it can't close
// the file any more, and crashes when the program ends (1.10.8). So it is told that all went well, and finds
// what it wrote when it asks; that something is missing on the disk is remembered here, for who writes the
// file.
#include "core/storage/hdf5_driver_internal.h"
#include "core/storage/hdf5_writing_internal.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <unistd.h>
#include <utility>
#include <vector>

namespace stratoscope::storage::hdf5 {
namespace {

/// What did not get to the disk. Little, since the writer stops when it hears of it.
struct LostBytes {
    haddr_t address;
    std::vector<char> bytes;
};

struct WrittenFile : DriverFile {
    std::shared_ptr<WriteFailure> failure;
    std::vector<LostBytes> lost;
};

WrittenFile& of(H5FD_t* file) {
    return static_cast<WrittenFile&>(reinterpret_cast<DriverFile&>(*file));
}

H5FD_t* open_file(const char* name, unsigned flags, hid_t, haddr_t) {
    auto file = std::make_unique<WrittenFile>();
    int how = (flags & H5F_ACC_RDWR) != 0 ? O_RDWR : O_RDONLY;
    how |= (flags & H5F_ACC_TRUNC) != 0 ? O_TRUNC : 0;
    how |= (flags & H5F_ACC_CREAT) != 0 ? O_CREAT : 0;
    how |= (flags & H5F_ACC_EXCL) != 0 ? O_EXCL : 0;
    if (!open_driver_file(*file, name, how))
        return nullptr;
    file->failure = std::make_shared<WriteFailure>();
    return &file.release()->common; // HDF5 keeps it and gives it to close_file
}

herr_t close_file(H5FD_t* file) {
    const std::unique_ptr<WrittenFile> mine(&of(file));
    if (::close(mine->descriptor) != 0 && mine->failure->number == 0)
        mine->failure->number = errno;
    return 0;
}

/// As HDF5's own driver: small pieces are gathered.
herr_t query_features(const H5FD_t*, unsigned long* flags) {
    if (flags != nullptr)
        *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
                 H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
}

/// For failure_of().
herr_t get_handle(H5FD_t* file, hid_t, void** handle) {
    *handle = &of(file).failure;
    return 0;
}

herr_t read_bytes(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, void* buffer) {
    const WrittenFile& mine = of(file);
    auto* out = static_cast<char*>(buffer);
    const std::ptrdiff_t there = read_some(mine, address, size, out);
    if (there < 0)
        return -1;
    std::fill(out + there, out + size, '\0'); // what was allocated and not written yet
    for (const LostBytes& lost : mine.lost) {
        const haddr_t first = std::max(address, lost.address);
        const haddr_t end = std::min(address + size, lost.address + lost.bytes.size());
        if (first < end)
            std::memcpy(out + (first - address), lost.bytes.data() + (first - lost.address), end - first);
    }
    return 0;
}

herr_t write_bytes(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, const void* buffer) {
    WrittenFile& mine = of(file);
    const auto* from = static_cast<const char*>(buffer);
    mine.end = std::max(mine.end, address + size);
    while (size > 0 && mine.failure->number == 0) {
        const ssize_t written = ::pwrite(mine.descriptor, from, size, static_cast<off_t>(address));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            mine.failure->number = written < 0 ? errno : ENOSPC;
            break;
        }
        from += written;
        address += static_cast<haddr_t>(written);
        size -= static_cast<std::size_t>(written);
    }
    if (size > 0)
        mine.lost.push_back({address, {from, from + size}});
    return 0;
}

/// The file ends where the format says it does.
herr_t truncate_file(H5FD_t* file, hid_t, hbool_t) {
    WrittenFile& mine = of(file);
    const haddr_t end = mine.allocated;
    if (end == mine.end)
        return 0;
    if (::ftruncate(mine.descriptor, static_cast<off_t>(end)) != 0 && mine.failure->number == 0)
        mine.failure->number = errno;
    mine.end = end;
    return 0;
}

H5FD_class_t make_driver() {
    constexpr int value = 514; // of those left to users of the library
    H5FD_class_t driver = driver_of("stratoscope writing", value);
    driver.fc_degree = H5F_CLOSE_STRONG;
    driver.open = open_file;
    driver.close = close_file;
    driver.query = query_features;
    driver.get_handle = get_handle;
    driver.read = read_bytes;
    driver.write = write_bytes;
    driver.truncate = truncate_file;
    return driver;
}

} // namespace

Handle writing_access() {
    const auto held = lock();
    static const H5FD_class_t driver = make_driver();
    static const hid_t registered = H5FDregister(&driver);
    return access_by(registered);
}

std::shared_ptr<const WriteFailure> failure_of(hid_t file) {
    const auto held = lock();
    void* handle = nullptr;
    if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0 || handle == nullptr)
        throw Error(ErrorKind::internal, {.what = "HDF5 does not tell of its file", .found = last_error()});
    return *static_cast<std::shared_ptr<WriteFailure>*>(handle);
}

} // namespace stratoscope::storage::hdf5
