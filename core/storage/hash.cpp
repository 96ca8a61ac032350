#include "core/storage/hash.h"

#include "core/base/error.h"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>
#include <vector>

namespace stratoscope::storage {

std::string sha256_of(const std::filesystem::path& path, const Task& task) {
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        throw Error(ErrorKind::no_input, {.what = "there is no such file", .where = path.string()});
    std::ifstream in(path, std::ios::binary);
    if (!in || !std::filesystem::is_regular_file(path, error))
        throw Error(ErrorKind::io, {.what = "the file can't be read", .where = path.string()});
    const double size = static_cast<double>(std::filesystem::file_size(path, error));
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1)
        throw Error(ErrorKind::internal, {.what = "SHA-256 is not available"});
    std::vector<char> block(std::size_t{1} << 20);
    double done = 0.0;
    while (in) {
        task.check();
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        const auto got = static_cast<std::size_t>(in.gcount());
        if (EVP_DigestUpdate(context.get(), block.data(), got) != 1)
            throw Error(ErrorKind::internal, {.what = "SHA-256 failed", .where = path.string()});
        done += static_cast<double>(got);
        task.report(size > 0 ? done / size : 1.0, "hashing " + path.filename().string());
    }
    if (in.bad())
        throw Error(ErrorKind::io, {.what = "the file can't be read to its end", .where = path.string()});
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_DigestFinal_ex(context.get(), digest.data(), &length);
    constexpr const char* hex = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < length; ++i) {
        text += hex[digest[i] >> 4];
        text += hex[digest[i] & 15];
    }
    return text;
}

} // namespace stratoscope::storage
