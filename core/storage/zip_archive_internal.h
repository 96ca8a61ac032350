// The entries of a zip archive (.npz, .pt), by its central directory; zip64 too. PKWARE APPNOTE 6.3.
#pragma once

#include "core/storage/byte_source_internal.h"

#include <string>
#include <vector>

namespace stratoscope::storage {

struct ZipEntry {
    std::string name;
    std::uint64_t packed = 0;
    std::uint64_t size = 0;
    std::uint64_t header = 0; ///< where its local header is
    std::uint32_t crc = 0;
    bool deflated = false;
    std::string unreadable; ///< "is encrypted", …; empty when fine
};

class ZipArchive {
  public:
    /// Throws Error(bad_data): no archive, cut short, of several parts, with entries that lie in one another
    /// or claim more than their packed bytes can unpack to.
    explicit ZipArchive(Bytes file);

    [[nodiscard]] const std::vector<ZipEntry>& entries() const noexcept { return entries_; }
    [[nodiscard]] const ByteSource& file() const noexcept { return *file_; }
    /// Unpacked while reading. Throws Error(bad_data), of an unreadable entry too.
    [[nodiscard]] Bytes open(const ZipEntry& entry) const;

  private:
    Bytes file_;
    std::vector<ZipEntry> entries_;
};

} // namespace stratoscope::storage
