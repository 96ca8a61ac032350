#include "core/storage/hash.h"

#include "core/base/error.h"
#include "core/storage/array_internal.h"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>
#include <vector>

namespace stratoscope::storage {

namespace {

class Digest {
  public:
    Digest() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
        if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1)
            throw Error(ErrorKind::internal, {.what = "SHA-256 is not available"});
    }

    void add(const char* bytes, std::size_t count) {
        if (EVP_DigestUpdate(context_.get(), bytes, count) != 1)
            throw Error(ErrorKind::internal, {.what = "SHA-256 failed"});
    }

    [[nodiscard]] std::string text() {
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned length = 0;
        EVP_DigestFinal_ex(context_.get(), digest.data(), &length);
        constexpr const char* hex = "0123456789abcdef";
        std::string text;
        for (unsigned i = 0; i < length; ++i) {
            text += hex[digest[i] >> 4];
            text += hex[digest[i] & 15];
        }
        return text;
    }

  private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

std::string of_folder(const std::filesystem::path& folder, const Task& task) {
    Digest digest;
    for (const std::filesystem::path& file : arrays_and_lists_of(folder, task)) {
        // Names end with a zero, hashes have one length: no two folders read alike.
        const std::string line = file.lexically_relative(folder).string() + '\0' + sha256_of(file, task);
        digest.add(line.data(), line.size());
    }
    return digest.text();
}

} // namespace

std::string sha256_of(const std::filesystem::path& path, const Task& task) {
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        throw Error(ErrorKind::no_input, {.what = "there is no such file", .where = path.string()});
    if (std::filesystem::is_directory(path, error))
        return of_folder(path, task);
    std::ifstream in(path, std::ios::binary);
    if (!in || !std::filesystem::is_regular_file(path, error))
        throw Error(ErrorKind::io, {.what = "the file can't be read", .where = path.string()});
    const double size = static_cast<double>(std::filesystem::file_size(path, error));
    Digest digest;
    std::vector<char> block(std::size_t{1} << 20);
    double done = 0.0;
    while (in) {
        task.check();
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        const auto got = static_cast<std::size_t>(in.gcount());
        digest.add(block.data(), got);
        done += static_cast<double>(got);
        task.report(size > 0 ? done / size : 1.0, "hashing " + path.filename().string());
    }
    if (in.bad())
        throw Error(ErrorKind::io, {.what = "the file can't be read to its end", .where = path.string()});
    return digest.text();
}

} // namespace stratoscope::storage
