#include "core/base/error.h"
#include "core/storage/atomic_file_internal.h"
#include "core/storage/leftovers.h"
#include "core/storage/write_text.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace stratoscope::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view random_part = "XXXXXX"; // as mkstemp wants it, which fills in letters and digits

[[noreturn]] void refuse(const fs::path& path, int number) {
    throw Error(ErrorKind::cannot_write,
                {.what = "the file can't be written",
                 .where = path.string(),
                 .found = std::generic_category().message(number),
                 .advice = "Check that the folder exists, may be written to and has room"});
}

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0)
            ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const noexcept { return fd_; }

  private:
    int fd_;
};

void to_disk(const fs::path& path, const fs::path& named) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    // Some file systems can't sync a folder (EINVAL): the rename is whole all the same.
    if (file.get() < 0 || (::fsync(file.get()) != 0 && errno != EINVAL))
        refuse(named, errno);
}

fs::path folder_of(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// What temporary files beside `path` are called, up to their random part.
std::string temporary_start(const fs::path& path) {
    return "." + path.filename().string() + ".";
}

/// A link is followed: what it leads to is replaced, not the link.
fs::path followed(const fs::path& path) {
    std::error_code ignored;
    if (fs::is_symlink(path, ignored))
        if (fs::path target = fs::weakly_canonical(path, ignored); !target.empty())
            return target;
    return path;
}

} // namespace

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)) {
    std::error_code ignored;
    if (path_.filename().empty() || fs::is_directory(path_, ignored))
        refuse(path_, EISDIR);
    path_ = followed(path_);
    std::string pattern = (folder_of(path_) / (temporary_start(path_) + std::string(random_part))).string();
    const Descriptor file(::mkstemp(pattern.data()));
    if (file.get() < 0)
        refuse(path_, errno);
    temporary_ = pattern;
    // mkstemp makes files only their owner may read; a result is an ordinary file, as the umask or the file
    // it replaces has it.
    struct stat old {};
    const mode_t mask = ::umask(0);
    ::umask(mask);
    const mode_t mode = ::stat(path_.c_str(), &old) == 0 ? (old.st_mode & 07777) : (0666 & ~mask);
    if (::fchmod(file.get(), mode) != 0) {
        // Not worth failing for.
    }
}

AtomicFile::~AtomicFile() {
    std::error_code ignored;
    if (!done_)
        fs::remove(temporary_, ignored);
}

void AtomicFile::commit() {
    to_disk(temporary_, path_);
    if (::rename(temporary_.c_str(), path_.c_str()) != 0)
        refuse(path_, errno);
    done_ = true;
    to_disk(folder_of(path_), path_);
}

void remove_leftovers(const fs::path& path) {
    const fs::path target = followed(path);
    const std::string start = temporary_start(target);
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder_of(target), ignored)) {
        const std::string name = entry.path().filename().string();
        if (name.size() != start.size() + random_part.size() || !name.starts_with(start))
            continue;
        const std::string_view rest = std::string_view(name).substr(start.size());
        if (std::ranges::all_of(rest, [](unsigned char c) { return std::isalnum(c) != 0; }))
            fs::remove(entry.path(), ignored);
    }
}

void write_text_atomically(const fs::path& path, std::string_view text) {
    const std::span<const std::byte> all = std::as_bytes(std::span(text));
    write_bytes_atomically(path, std::span(&all, 1));
}

void write_bytes_atomically(const fs::path& path, std::span<const std::span<const std::byte>> parts) {
    AtomicFile file(path);
    {
        const Descriptor out(::open(file.temporary().c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
        if (out.get() < 0)
            refuse(path, errno);
        for (std::span<const std::byte> part : parts)
            while (!part.empty()) {
                const ssize_t written = ::write(out.get(), part.data(), part.size());
                if (written < 0 && errno == EINTR)
                    continue;
                if (written < 0)
                    refuse(path, errno);
                part = part.subspan(static_cast<std::size_t>(written));
            }
    }
    file.commit();
}

} // namespace stratoscope::storage
