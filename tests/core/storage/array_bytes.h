// Files of arrays as NumPy, safetensors and torch write them, made byte by byte, so that each part can be
// made wrong.
#pragma once

#include <bit>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace stratoscope::storage::test {

/// A number's bytes, little-endian or turned round.
template <class T>
std::string bytes_of(const std::vector<T>& values, bool big_endian = false) {
    std::string out;
    for (const T value : values) {
        std::string one(reinterpret_cast<const char*>(&value), sizeof value);
        if (big_endian)
            one.assign(one.rbegin(), one.rend());
        out += one;
    }
    return out;
}

/// What numpy.save writes: format version 1 or 2, header padded to 64 bytes.
std::string npy(const std::string& descr, const std::string& shape, const std::string& data,
                bool fortran = false, char version = 1);
/// The same with any header.
std::string npy_with_header(const std::string& header, const std::string& data, char version = 1);

struct ZipOptions {
    bool deflate = false;
    bool zip64 = false;             ///< sizes and places in the extra field, as of archives beyond 4 GiB
    std::uint64_t claimed_size = 0; ///< instead of the true unpacked size, where not 0
    bool wrong_crc = false;
};
using Entries = std::vector<std::pair<std::string, std::string>>; ///< name, content
std::string zip(const Entries& entries, const ZipOptions& options = {});

std::string safetensors(const std::string& header, const std::string& data);

/// What torch.save pickles for one tensor (protocol 2), without the frame: "\x80\x02" … ".".
std::string pickled_tensor(const std::string& storage_type, const std::string& key, std::uint32_t offset,
                           const std::vector<std::uint32_t>& sizes,
                           const std::vector<std::uint32_t>& strides);
/// {name: tensor, …} of such.
std::string pickled_dictionary(const std::vector<std::pair<std::string, std::string>>& tensors);
/// The archive torch.save writes around a pickle; storages by their keys.
std::string torch_archive(const std::string& pickle, const Entries& storages, const ZipOptions& options = {});

void write(const std::filesystem::path& path, const std::string& bytes);

} // namespace stratoscope::storage::test
