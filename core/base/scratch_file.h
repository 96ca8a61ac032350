// Numbers that memory has no room for, in a file that no one else sees and that is gone when the program is.
#pragma once

#include <cstddef>
#include <span>

namespace stratoscope {

/// In the folder that TMPDIR names, else /tmp. Reading and writing are thread-safe.
class ScratchFile {
  public:
    /// Throws Error(cannot_write).
    ScratchFile();
    ~ScratchFile();
    ScratchFile(ScratchFile&& other) noexcept;
    ScratchFile& operator=(ScratchFile&& other) noexcept;

    /// offset: in bytes. Throws Error(cannot_write), when the disk is full say.
    void write(std::size_t offset, std::span<const std::byte> bytes);
    /// Bytes that were written. Throws Error(io).
    void read(std::size_t offset, std::span<std::byte> bytes) const;

  private:
    int file_ = -1;
};

} // namespace stratoscope
