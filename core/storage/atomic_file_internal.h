// A file that is whole or absent: written under another name beside its place, then renamed into it.
#pragma once

#include <filesystem>

namespace stratoscope::storage {

class AtomicFile {
  public:
    /// Makes sure that `path` can be written to and reserves an empty temporary file beside it. Throws
    /// Error(cannot_write).
    explicit AtomicFile(std::filesystem::path path);
    /// Removes the temporary file unless it was committed.
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] const std::filesystem::path& temporary() const noexcept { return temporary_; }

    /// Once the temporary file is written and closed: to disk, and under its name. Throws
    /// Error(cannot_write).
    void commit();

  private:
    std::filesystem::path path_;
    std::filesystem::path temporary_;
    bool done_ = false;
};

} // namespace stratoscope::storage
