#include "core/base/error.h"
#include "core/storage/zip_archive_internal.h"

#include <algorithm>
#include <array>

namespace stratoscope::storage {
namespace {

// No archive of activations has more entries or a longer list of them; one that claims so is damaged.
constexpr std::uint64_t most_entries = 100000;
constexpr std::uint64_t longest_directory = std::uint64_t{64} << 20;
// The best that deflate can do is 1032 to 1.
constexpr std::uint64_t highest_compression = 1100;

constexpr std::uint64_t none16 = 0xFFFF;
constexpr std::uint64_t none32 = 0xFFFFFFFF;

[[noreturn]] void refuse(const ByteSource& file, std::string what, std::string found = {}) {
    throw Error(ErrorKind::bad_data, {.what = std::move(what),
                                      .where = file.name(),
                                      .found = std::move(found),
                                      .advice = "Write or copy the file again"});
}

using Span = std::span<const std::byte>;

std::uint64_t number(Span bytes, std::size_t at, std::size_t count) {
    return little_endian(bytes.subspan(at, count));
}

struct Directory {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::uint64_t entries = 0;
};

/// Where the list of entries is, from the record at the end of the file.
Directory find_directory(const ByteSource& file) {
    constexpr std::size_t record = 22;
    const auto tail_size = static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), record + 0xFFFF));
    std::vector<std::byte> tail(tail_size);
    file.read(file.size() - tail_size, tail);
    std::size_t at = tail_size;
    for (std::size_t start = tail_size < record ? 0 : tail_size - record + 1; start-- > 0 && at == tail_size;)
        if (number(tail, start, 4) == 0x06054B50 && number(tail, start + 20, 2) == tail_size - record - start)
            at = start;
    if (at == tail_size)
        refuse(file, "the zip archive is cut short: its list of contents at the end is missing");
    Directory out{.offset = number(tail, at + 16, 4),
                  .size = number(tail, at + 12, 4),
                  .entries = number(tail, at + 10, 2)};
    if (at >= 20 && number(tail, at - 20, 4) == 0x07064B50 &&
        (out.offset == none32 || out.size == none32 || out.entries == none16)) {
        std::array<std::byte, 56> large{};
        file.read(number(tail, at - 12, 8), large);
        if (number(large, 0, 4) != 0x06064B50)
            refuse(file, "the zip archive is damaged: its large list of contents is missing");
        out = {.offset = number(large, 48, 8), .size = number(large, 40, 8), .entries = number(large, 32, 8)};
    }
    if (out.entries > most_entries || out.size > longest_directory)
        refuse(file, "the zip archive claims too many entries", std::to_string(out.entries));
    return out;
}

/// The sizes that did not fit into 32 bits.
void take_large_sizes(ZipEntry& entry, Span extra) {
    while (extra.size() >= 4) {
        const std::size_t length = number(extra, 2, 2);
        if (length > extra.size() - 4)
            return;
        if (number(extra, 0, 2) == 1) {
            Span field = extra.subspan(4, length);
            for (std::uint64_t* value : {&entry.size, &entry.packed, &entry.header})
                if (*value == none32 && field.size() >= 8) {
                    *value = number(field, 0, 8);
                    field = field.subspan(8);
                }
            return;
        }
        extra = extra.subspan(4 + length);
    }
}

std::string why_unreadable(const ZipEntry& entry, std::uint64_t flags, std::uint64_t method) {
    if ((flags & 1U) != 0)
        return "is encrypted";
    if (method != 0 && method != 8)
        return "is compressed by a method this program lacks (number " + std::to_string(method) + ")";
    if (method == 0 && entry.packed != entry.size)
        return "is stored in another size than it has";
    if (method == 8 && entry.size / highest_compression > entry.packed)
        return "claims to unpack to far more than it can";
    return {};
}

} // namespace

ZipArchive::ZipArchive(Bytes file) : file_(std::move(file)) {
    const Directory directory = find_directory(*file_);
    const Bytes list_bytes =
        part_of(file_, directory.offset, directory.size, file_->name() + ": the list of contents");
    std::vector<std::byte> list(static_cast<std::size_t>(directory.size));
    list_bytes->read(0, list);
    Span rest = list;
    std::uint64_t packed_in_all = 0;
    for (std::uint64_t e = 0; e < directory.entries; ++e) {
        constexpr std::size_t fixed = 46;
        if (rest.size() < fixed || number(rest, 0, 4) != 0x02014B50)
            refuse(*file_, "the zip archive's list of contents is damaged");
        const std::size_t name_length = number(rest, 28, 2);
        const std::size_t extra_length = number(rest, 30, 2);
        const std::size_t length = fixed + name_length + extra_length + number(rest, 32, 2);
        if (length > rest.size())
            refuse(*file_, "the zip archive's list of contents is damaged");
        ZipEntry entry{.name = {},
                       .packed = number(rest, 20, 4),
                       .size = number(rest, 24, 4),
                       .header = number(rest, 42, 4),
                       .crc = static_cast<std::uint32_t>(number(rest, 16, 4)),
                       .deflated = number(rest, 10, 2) == 8,
                       .unreadable = {}};
        const Span name = rest.subspan(fixed, name_length);
        entry.name.assign(reinterpret_cast<const char*>(name.data()), name.size());
        entry.name = clean_text(entry.name);
        take_large_sizes(entry, rest.subspan(fixed + name_length, extra_length));
        entry.unreadable = why_unreadable(entry, number(rest, 8, 2), number(rest, 10, 2));
        if (entry.packed > file_->size() - std::min(packed_in_all, file_->size()))
            refuse(*file_, "the zip archive claims more packed bytes than it has");
        packed_in_all += entry.packed;
        entries_.push_back(std::move(entry));
        rest = rest.subspan(length);
    }
}

Bytes ZipArchive::open(const ZipEntry& entry) const {
    const std::string name = file_->name() + ": " + entry.name;
    if (!entry.unreadable.empty())
        throw Error(ErrorKind::bad_data, {.what = "it " + entry.unreadable, .where = name});
    std::array<std::byte, 30> header{};
    part_of(file_, entry.header, header.size(), name)->read(0, header);
    if (number(header, 0, 4) != 0x04034B50)
        throw Error(ErrorKind::bad_data,
                    {.what = "the zip archive is damaged: an entry is not where it should be",
                     .where = name,
                     .advice = "Write or copy the file again"});
    const std::uint64_t first = entry.header + 30 + number(header, 26, 2) + number(header, 28, 2);
    Bytes packed = part_of(file_, first, entry.packed, name);
    return entry.deflated ? inflated(std::move(packed), entry.size, entry.crc, name) : packed;
}

} // namespace stratoscope::storage
