// NumPy's arrays: .npy (versions 1 to 3 of its format, numpy.lib.format) and .npz, a zip archive of them.
#include "core/base/error.h"
#include "core/base/natural_order.h"
#include "core/storage/array_internal.h"
#include "core/storage/zip_archive_internal.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace stratoscope::storage {
namespace {

constexpr std::size_t longest_header = std::size_t{1} << 16;
constexpr std::size_t most_dimensions = 32;
constexpr std::size_t widest_text = std::size_t{1} << 16;

/// The header's one Python dictionary: strings, booleans, and tuples of whole numbers. Nothing else is taken.
class HeaderReader {
  public:
    HeaderReader(std::string_view text, const std::string& where) : rest_(text), where_(where) {}

    Array read() {
        Array array;
        bool descr = false;
        bool shape = false;
        bool fortran = false;
        expect('{');
        while (!take('}')) {
            const std::string key = quoted();
            expect(':');
            if (key == "descr") {
                set_type(array);
                descr = true;
            } else if (key == "fortran_order") {
                fortran = boolean();
            } else if (key == "shape") {
                array.shape = tuple();
                shape = true;
            } else {
                fail("an unknown entry \"" + clean_text(key) + "\"");
            }
            if (!take(',') && !next_is('}'))
                fail("no comma between its entries");
        }
        if (!descr || !shape)
            fail("no type or no shape");
        if (fortran)
            set_fortran_order(array);
        return array;
    }

  private:
    [[noreturn]] void fail(const std::string& found) const {
        throw Error(ErrorKind::bad_data, {.what = "the header of the NumPy array is damaged",
                                          .where = where_,
                                          .expected = "its type, order and shape",
                                          .found = found,
                                          .advice = "Save it again with numpy.save"});
    }

    void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }
    bool next_is(char c) {
        skip_space();
        return rest_.starts_with(c);
    }
    bool take(char c) {
        const bool there = next_is(c);
        rest_.remove_prefix(there ? 1 : 0);
        return there;
    }
    void expect(char c) {
        if (!take(c))
            fail("no '" + std::string(1, c) + "' where one should be");
    }

    std::string quoted() {
        const char quote = next_is('"') ? '"' : '\'';
        expect(quote);
        const std::size_t end = rest_.find(quote);
        if (end == std::string_view::npos)
            fail("a text without an end");
        std::string text(rest_.substr(0, end));
        rest_.remove_prefix(end + 1);
        return text;
    }

    bool boolean() {
        skip_space();
        for (const auto& [word, value] : {std::pair{"True", true}, std::pair{"False", false}})
            if (rest_.starts_with(word)) {
                rest_.remove_prefix(std::string_view(word).size());
                return value;
            }
        fail("an order that is neither True nor False");
    }

    std::vector<std::size_t> tuple() {
        std::vector<std::size_t> out;
        expect('(');
        while (!take(')')) {
            skip_space();
            std::size_t value = 0;
            const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
            if (error != std::errc() || out.size() == most_dimensions)
                fail("a shape that is no list of sizes");
            rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
            take('L'); // Python 2 wrote long integers so
            out.push_back(value);
            if (!take(',') && !next_is(')'))
                fail("a shape that is no list of sizes");
        }
        return out;
    }

    /// '<f4', '|u1', '>U12'; records have a list here.
    void set_type(Array& array) {
        if (next_is('[')) {
            array.unreadable = "holds records of several fields, not plain numbers";
            skip_list();
            return;
        }
        const std::string descr = quoted();
        std::size_t width = 0;
        if (descr.size() >= 3)
            std::from_chars(descr.data() + 2, descr.data() + descr.size(), width);
        const char order = descr.empty() ? '?' : descr[0];
        const char kind = descr.size() < 2 ? '?' : descr[1];
        const bool big = order == '>';
        if (order != '<' && order != '>' && order != '|' && order != '=')
            fail("the type \"" + clean_text(descr) + "\"");
        using enum Number;
        struct Known {
            char kind;
            std::size_t width;
            Number number;
        };
        constexpr std::array known{Known{'f', 2, float16}, Known{'f', 4, float32}, Known{'f', 8, float64},
                                   Known{'i', 1, int8},    Known{'i', 2, int16},   Known{'i', 4, int32},
                                   Known{'i', 8, int64},   Known{'u', 1, uint8},   Known{'u', 2, uint16},
                                   Known{'u', 4, uint32},  Known{'u', 8, uint64},  Known{'b', 1, boolean}};
        const auto found = std::ranges::find_if(
            known, [&](const Known& one) { return one.kind == kind && one.width == width; });
        if (found != known.end())
            array.type = {.number = found->number, .big_endian = big};
        else if ((kind == 'U' || kind == 'S') && width <= widest_text)
            array.text = TextType{.characters = width, .wide = kind == 'U', .big_endian = big && kind == 'U'};
        else
            array.unreadable = kind == 'c' ? "holds complex numbers"
                               : kind == 'O'
                                   ? "holds Python objects, not plain numbers"
                                   : "holds numbers of a type this program lacks (" + clean_text(descr) + ")";
    }

    void skip_list() {
        std::size_t depth = 0;
        do {
            if (rest_.empty())
                fail("a list without an end");
            depth += rest_.front() == '[' ? 1 : 0;
            depth -= rest_.front() == ']' ? 1 : 0;
            rest_.remove_prefix(1);
        } while (depth > 0);
    }

    static void set_fortran_order(Array& array) {
        std::size_t stride = 1;
        for (const std::size_t n : array.shape) {
            array.strides.push_back(stride);
            if (n != 0 && stride > (std::size_t{1} << 62U) / n) {
                array.unreadable = "claims a size that no machine's addresses hold";
                array.strides.clear();
                return;
            }
            stride *= n;
        }
    }

    std::string_view rest_;
    const std::string& where_;
};

bool ends_with(const std::string& name, const std::string& ending) {
    return name.size() > ending.size() && name.ends_with(ending);
}

/// "conv1/0.npy" as {"conv1", "0"}; what leads elsewhere is only a name here, and no file.
std::vector<std::string> parts_of(const std::string& name) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at <= name.size();) {
        const std::size_t end = std::min(name.find('/', at), name.size());
        if (end > at)
            parts.push_back(name.substr(at, end - at));
        at = end + 1;
    }
    if (parts.empty() || parts.size() > deepest_path)
        return {name};
    return parts;
}

} // namespace

Array read_npy(const Bytes& bytes) {
    std::array<std::byte, 12> start{};
    bytes->read(0, std::span(start).first(10));
    const auto version = std::to_integer<unsigned>(start[6]);
    if (little_endian(std::span(start).first(6)) != 0x59504D554E93 || version < 1 || version > 3)
        throw Error(ErrorKind::bad_data, {.what = "this is no NumPy array of a version this program knows",
                                          .where = bytes->name(),
                                          .expected = "version 1, 2 or 3",
                                          .found = "version " + std::to_string(version)});
    const std::size_t before = version == 1 ? 10 : 12;
    if (version > 1)
        bytes->read(0, start);
    const std::uint64_t length = little_endian(std::span(start).subspan(8, before - 8));
    if (length > longest_header)
        throw Error(ErrorKind::bad_data, {.what = "the header of the NumPy array is damaged",
                                          .where = bytes->name(),
                                          .expected = "at most " + std::to_string(longest_header) + " bytes",
                                          .found = std::to_string(length)});
    std::string text(static_cast<std::size_t>(length), '\0');
    bytes->read(before, std::as_writable_bytes(std::span(text)));
    Array array = HeaderReader(text, bytes->name()).read();
    array.bytes = part_of(bytes, before + length, bytes->size() - before - length, bytes->name());
    check(array);
    return array;
}

ArrayFile read_npz(const Bytes& bytes, const Task& task) {
    const ZipArchive archive(bytes);
    ArrayFile out;
    std::vector<const ZipEntry*> entries;
    for (const ZipEntry& entry : archive.entries())
        if (ends_with(entry.name, ".npy"))
            entries.push_back(&entry);
    if (entries.size() > most_datasets)
        throw Error(ErrorKind::bad_data, {.what = "the archive holds too many arrays",
                                          .where = bytes->name(),
                                          .expected = "at most " + std::to_string(most_datasets),
                                          .found = std::to_string(entries.size())});
    // In the order of writing, which is that of the layers where a script saved them one by one.
    for (const ZipEntry* entry : entries) {
        task.check();
        std::vector<std::string> parts = parts_of(entry->name.substr(0, entry->name.size() - 4));
        Array array;
        try {
            array = read_npy(archive.open(*entry));
        } catch (const Error& error) {
            array.unreadable = "can't be read: " + std::string(error.what());
        }
        out.datasets.push_back(foreign_dataset(std::move(array), std::move(parts)));
    }
    return out;
}

} // namespace stratoscope::storage
