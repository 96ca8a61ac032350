#include "core/base/scratch_file.h"

#include "core/base/error.h"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace stratoscope {
namespace {

std::string folder() {
    const char* named = std::getenv("TMPDIR"); // NOLINT(concurrency-mt-unsafe): nobody sets it here
    return named != nullptr && *named != '\0' ? named : "/tmp";
}

[[noreturn]] void refuse(ErrorKind kind, const char* what) {
    throw Error(kind,
                {.what = what,
                 .where = "a temporary file in " + folder(),
                 .found = std::generic_category().message(errno),
                 .advice = "Set TMPDIR to a folder with room for the activations, or allow more memory"});
}

} // namespace

ScratchFile::ScratchFile() {
    std::string pattern = folder() + "/stratoscope.XXXXXX";
    file_ = ::mkstemp(pattern.data());
    if (file_ < 0)
        refuse(ErrorKind::cannot_write, "rows that do not fit memory have no other place");
    ::unlink(pattern.c_str());
}

ScratchFile::~ScratchFile() {
    if (file_ >= 0)
        ::close(file_);
}

ScratchFile::ScratchFile(ScratchFile&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

ScratchFile& ScratchFile::operator=(ScratchFile&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
}

void ScratchFile::write(std::size_t offset, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            refuse(ErrorKind::cannot_write, "rows that do not fit memory can't be written");
        bytes = bytes.subspan(static_cast<std::size_t>(written));
        offset += static_cast<std::size_t>(written);
    }
}

void ScratchFile::read(std::size_t offset, std::span<std::byte> bytes) const {
    while (!bytes.empty()) {
        const ssize_t found = ::pread(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (found < 0 && errno == EINTR)
            continue;
        if (found <= 0)
            refuse(ErrorKind::io, "rows that do not fit memory can't be read again");
        bytes = bytes.subspan(static_cast<std::size_t>(found));
        offset += static_cast<std::size_t>(found);
    }
}

} // namespace stratoscope
