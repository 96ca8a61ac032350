// Bytes of a file, or of a part of one, read when they are asked for. Formats are built on it, so none of
// them meets a file descriptor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace stratoscope::storage {

/// Immutable; any thread may read.
class ByteSource {
  public:
    virtual ~ByteSource() = default;
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    /// For messages: "features.npz: layer1.npy".
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// Fills `out` from `offset` on. Throws Error(bad_data) past the end or where what is packed is damaged,
    /// Error(io) where the file can't be read or was changed since it was opened.
    void read(std::uint64_t offset, std::span<std::byte> out) const;

  protected:
    ByteSource(std::string name, std::uint64_t size) : name_(std::move(name)), size_(size) {}

  private:
    virtual void read_within(std::uint64_t offset, std::span<std::byte> out) const = 0;

    std::string name_;
    std::uint64_t size_;
};

using Bytes = std::shared_ptr<const ByteSource>;

/// A file. Throws Error: no_input where there is none, io where it can't be read, bad_data where it is empty
/// or no ordinary file. It is not mapped into memory: a mapped file that shrinks would end the program.
[[nodiscard]] Bytes file_bytes(const std::filesystem::path& path);

/// size bytes of `whole` from `offset` on. Throws Error(bad_data) where it hasn't that many.
[[nodiscard]] Bytes part_of(Bytes whole, std::uint64_t offset, std::uint64_t size, std::string name);

/// What a raw deflate stream unpacks to: exactly `size` bytes with this CRC-32, else Error(bad_data) when the
/// reading comes to what is wrong. Memory is a few KiB and some places to start again from, whatever the
/// size.
[[nodiscard]] Bytes inflated(Bytes packed, std::uint64_t size, std::uint32_t crc, std::string name);

/// All of a source that may be held in memory. Throws Error(bad_data) where it is larger than `most`.
[[nodiscard]] std::string all_of(const ByteSource& bytes, std::uint64_t most);

/// Little-endian numbers of headers.
[[nodiscard]] std::uint64_t little_endian(std::span<const std::byte> bytes) noexcept;

/// UTF-8 that may be shown and written as JSON: bytes that are neither become '?'.
[[nodiscard]] std::string clean_text(const std::string& text);

} // namespace stratoscope::storage
