#include "tests/core/storage/array_bytes.h"

#include <fstream>
#include <zlib.h>

namespace stratoscope::storage::test {
namespace {

std::string number(std::uint64_t value, std::size_t bytes) {
    std::string out;
    for (std::size_t i = 0; i < bytes; ++i)
        out += static_cast<char>(value >> (8 * i) & 0xFFU);
    return out;
}

std::string deflated(const std::string& content) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, content.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
    stream.avail_in = static_cast<uInt>(content.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string text(const std::string& value) {
    return "X" + number(value.size(), 4) + value;
}

std::string tuple(const std::vector<std::uint32_t>& values) {
    std::string out = "(";
    for (const std::uint32_t value : values)
        out += "J" + number(value, 4);
    return out + "t";
}

} // namespace

std::string npy_with_header(const std::string& header, const std::string& data, char version) {
    std::string out = "\x93NUMPY";
    out += version;
    out += '\0';
    return out + number(header.size(), version == 1 ? 2 : 4) + header + data;
}

std::string npy(const std::string& descr, const std::string& shape, const std::string& data, bool fortran,
                char version) {
    std::string header = "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") +
                         ", 'shape': " + shape + ", }";
    const std::size_t before = version == 1 ? 10 : 12;
    header += std::string(63 - (before + header.size()) % 64, ' ') + "\n";
    return npy_with_header(header, data, version);
}

std::string zip(const Entries& entries, const ZipOptions& options) {
    std::string out;
    std::string list;
    for (const auto& [name, content] : entries) {
        const std::string packed = options.deflate ? deflated(content) : content;
        const std::uint64_t size = options.claimed_size != 0 ? options.claimed_size : content.size();
        std::uint32_t crc = static_cast<std::uint32_t>(
            crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size())));
        crc ^= options.wrong_crc ? 1U : 0U;
        const std::uint64_t place = out.size();
        const auto sizes = [&](bool large) {
            return large ? number(0xFFFFFFFF, 4) + number(0xFFFFFFFF, 4)
                         : number(packed.size(), 4) + number(size, 4);
        };
        const std::string extra = options.zip64 ? number(1, 2) + number(24, 2) + number(size, 8) +
                                                      number(packed.size(), 8) + number(place, 8)
                                                : std::string();
        const std::string common =
            number(20, 2) + number(0, 2) + number(options.deflate ? 8 : 0, 2) + number(0, 4) + number(crc, 4);
        out += "PK\x03\x04" + common + sizes(false) + number(name.size(), 2) + number(0, 2) + name + packed;
        list += "PK\x01\x02" + number(20, 2) + common + sizes(options.zip64) + number(name.size(), 2) +
                number(extra.size(), 2) + number(0, 2) + number(0, 2) + number(0, 2) + number(0, 4) +
                number(options.zip64 ? 0xFFFFFFFF : place, 4) + name + extra;
    }
    const std::uint64_t list_place = out.size();
    out += list;
    if (options.zip64) {
        const std::uint64_t end_place = out.size();
        out += "PK\x06\x06" + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 4) + number(0, 4) +
               number(entries.size(), 8) + number(entries.size(), 8) + number(list.size(), 8) +
               number(list_place, 8);
        out += "PK\x06\x07" + number(0, 4) + number(end_place, 8) + number(1, 4);
    }
    return out + "PK\x05\x06" + number(0, 4) + number(options.zip64 ? 0xFFFF : entries.size(), 2) +
           number(options.zip64 ? 0xFFFF : entries.size(), 2) +
           number(options.zip64 ? 0xFFFFFFFF : list.size(), 4) +
           number(options.zip64 ? 0xFFFFFFFF : list_place, 4) + number(0, 2);
}

std::string safetensors(const std::string& header, const std::string& data) {
    return number(header.size(), 8) + header + data;
}

std::string pickled_tensor(const std::string& storage_type, const std::string& key, std::uint32_t offset,
                           const std::vector<std::uint32_t>& sizes,
                           const std::vector<std::uint32_t>& strides) {
    return "ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") + "ctorch\n" + storage_type + "\n" +
           text(key) + text("cpu") + "K\x01tQ" + "J" + number(offset, 4) + tuple(sizes) + tuple(strides) +
           "\x89"
           "ccollections\nOrderedDict\n)RtR";
}

std::string pickled_dictionary(const std::vector<std::pair<std::string, std::string>>& tensors) {
    std::string out = "\x80\x02}(";
    for (const auto& [name, tensor] : tensors)
        out += text(name) + tensor;
    return out + "u.";
}

std::string torch_archive(const std::string& pickle, const Entries& storages, const ZipOptions& options) {
    Entries entries{{"archive/data.pkl", pickle}, {"archive/byteorder", "little"}};
    for (const auto& [key, content] : storages)
        entries.emplace_back("archive/data/" + key, content);
    entries.emplace_back("archive/version", "3\n");
    return zip(entries, options);
}

void write(const std::filesystem::path& path, const std::string& bytes) {
    std::filesystem::create_directories(path.parent_path());
    std::filesystem::remove(path); // some file systems flush a file that is written over, which takes long
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

} // namespace stratoscope::storage::test
