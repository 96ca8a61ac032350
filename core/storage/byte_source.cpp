#include "core/base/error.h"
#include "core/storage/byte_source_internal.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stratoscope::storage {
namespace {

class Descriptor {
  public:
    // Without O_NONBLOCK a named pipe would hold the program until somebody writes to it.
    explicit Descriptor(const std::filesystem::path& path)
        : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    ~Descriptor() {
        if (number_ >= 0)
            ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const noexcept { return number_; }

  private:
    int number_;
};

[[noreturn]] void refuse(ErrorKind kind, const std::string& where, std::string what, std::string found,
                         std::string advice) {
    throw Error(
        kind,
        {.what = std::move(what), .where = where, .found = std::move(found), .advice = std::move(advice)});
}

struct stat status_of(const Descriptor& file, const std::string& where) {
    struct stat status = {};
    if (file.get() < 0 || ::fstat(file.get(), &status) != 0)
        refuse(ErrorKind::io, where, "the file can't be read", std::strerror(errno), "Check its permissions");
    return status;
}

/// Opened for each read: a folder may hold more arrays than a process may hold files open.
class FileBytes final : public ByteSource {
  public:
    FileBytes(const std::filesystem::path& path, const struct stat& status)
        : ByteSource(path.filename().string(), static_cast<std::uint64_t>(status.st_size)), path_(path),
          status_(status) {}

  private:
    void read_within(std::uint64_t offset, std::span<std::byte> out) const override {
        const Descriptor file(path_);
        const struct stat now = status_of(file, path_.string());
        if (now.st_size != status_.st_size || now.st_ino != status_.st_ino ||
            now.st_mtim.tv_sec != status_.st_mtim.tv_sec || now.st_mtim.tv_nsec != status_.st_mtim.tv_nsec)
            refuse(ErrorKind::io, path_.string(), "the file was changed since it was opened", {},
                   "Open it again");
        while (!out.empty()) {
            const ssize_t got = ::pread(file.get(), out.data(), out.size(), static_cast<off_t>(offset));
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0)
                refuse(ErrorKind::io, path_.string(), "the file can't be read to its end",
                       got < 0 ? std::strerror(errno) : "it ends earlier than it did", "Check the disk");
            out = out.subspan(static_cast<std::size_t>(got));
            offset += static_cast<std::uint64_t>(got);
        }
    }

    std::filesystem::path path_;
    struct stat status_;
};

class PartBytes final : public ByteSource {
  public:
    PartBytes(Bytes whole, std::uint64_t first, std::uint64_t size, std::string name)
        : ByteSource(std::move(name), size), whole_(std::move(whole)), first_(first) {}

  private:
    void read_within(std::uint64_t offset, std::span<std::byte> out) const override {
        whole_->read(first_ + offset, out);
    }

    Bytes whole_;
    std::uint64_t first_;
};

/// The length of the well-formed UTF-8 character at `at`, 0 where there is none.
std::size_t character_length(const std::string& text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned first = byte(at);
    if (first < 0x80U)
        return first >= 0x20U && first != 0x7FU ? 1 : 0;
    if (first >= 0xC2U && first <= 0xDFU)
        return follows(at + 1) ? 2 : 0;
    if ((first & 0xF0U) == 0xE0U) {
        const unsigned second = byte(at + 1);
        const bool allowed = !(first == 0xE0U && second < 0xA0U) && !(first == 0xEDU && second >= 0xA0U);
        return allowed && follows(at + 1) && follows(at + 2) ? 3 : 0;
    }
    if (first >= 0xF0U && first <= 0xF4U) {
        const unsigned second = byte(at + 1);
        const bool allowed = !(first == 0xF0U && second < 0x90U) && !(first == 0xF4U && second >= 0x90U);
        return allowed && follows(at + 1) && follows(at + 2) && follows(at + 3) ? 4 : 0;
    }
    return 0;
}

} // namespace

void ByteSource::read(std::uint64_t offset, std::span<std::byte> out) const {
    if (offset > size_ || out.size() > size_ - offset)
        throw Error(ErrorKind::bad_data, {.what = "it is cut short or damaged",
                                          .where = name_,
                                          .expected = std::to_string(out.size()) + " bytes from byte " +
                                                      std::to_string(offset) + " on",
                                          .found = std::to_string(size_) + " bytes in all",
                                          .advice = "Write or copy it again"});
    if (!out.empty())
        read_within(offset, out);
}

Bytes file_bytes(const std::filesystem::path& path) {
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status))
        refuse(ErrorKind::no_input, path.string(), "there is no such file", {}, "Check the path");
    if (!std::filesystem::is_regular_file(status))
        refuse(ErrorKind::bad_data, path.string(), "this is not an ordinary file", {},
               "Name a file of activations");
    const Descriptor file(path);
    const struct stat opened = status_of(file, path.string());
    if (opened.st_size == 0)
        refuse(ErrorKind::bad_data, path.string(), "the file is empty (0 bytes)", {},
               "The program that wrote it may have been stopped; write it again");
    return std::make_shared<FileBytes>(path, opened);
}

Bytes part_of(Bytes whole, std::uint64_t offset, std::uint64_t size, std::string name) {
    if (offset > whole->size() || size > whole->size() - offset)
        throw Error(ErrorKind::bad_data,
                    {.what = "it is cut short or damaged",
                     .where = name,
                     .expected = std::to_string(size) + " bytes from byte " + std::to_string(offset) + " on",
                     .found = std::to_string(whole->size()) + " bytes in all",
                     .advice = "Write or copy it again"});
    return std::make_shared<PartBytes>(std::move(whole), offset, size, std::move(name));
}

std::string all_of(const ByteSource& bytes, std::uint64_t most) {
    if (bytes.size() > most)
        throw Error(ErrorKind::bad_data, {.what = "it is too large for what it should be",
                                          .where = bytes.name(),
                                          .expected = "at most " + std::to_string(most) + " bytes",
                                          .found = std::to_string(bytes.size())});
    std::string text(static_cast<std::size_t>(bytes.size()), '\0');
    bytes.read(0, std::as_writable_bytes(std::span(text)));
    return text;
}

std::uint64_t little_endian(std::span<const std::byte> bytes) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        value = value << 8U | std::to_integer<std::uint64_t>(bytes[i]);
    return value;
}

std::string clean_text(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = character_length(text, at);
        out += length == 0 ? "?" : text.substr(at, length);
        at += std::max<std::size_t>(length, 1);
    }
    return out;
}

} // namespace stratoscope::storage
