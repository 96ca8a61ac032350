// HDF5's C API behind handles that close themselves, one lock, and errors a person can read.
#pragma once

#include "core/base/error.h"

#include <hdf5.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace stratoscope::storage::hdf5 {

/// HDF5 keeps global state and is not thread-safe in every build, so each call of it is made under this one
/// lock. Taking it also turns off HDF5's printing of errors, which is a setting of each thread.
[[nodiscard]] std::unique_lock<std::recursive_mutex> lock();

/// Owns one identifier of HDF5; closing takes the lock.
class Handle {
  public:
    using Close = herr_t (*)(hid_t);
    Handle() = default;
    Handle(hid_t id, Close close) : id_(id), close_(close) {}
    ~Handle() { reset(); }
    Handle(Handle&& other) noexcept : id_(other.id_), close_(other.close_) { other.id_ = -1; }
    Handle& operator=(Handle&& other) noexcept {
        if (this != &other) {
            reset();
            id_ = other.id_;
            close_ = other.close_;
            other.id_ = -1;
        }
        return *this;
    }

    [[nodiscard]] hid_t get() const noexcept { return id_; }
    [[nodiscard]] bool valid() const noexcept { return id_ >= 0; }
    explicit operator bool() const noexcept { return valid(); }
    /// Closes now; false where HDF5 failed to (a file that could not be flushed).
    bool reset() noexcept;

  private:
    hid_t id_ = -1;
    Close close_ = nullptr;
};

/// What HDF5 says of the last failed call, its most specific line; ask before the next call.
[[nodiscard]] std::string last_error();

/// How files are opened for reading (hdf5_reading_driver.cpp): nothing outside the file is ever touched.
[[nodiscard]] Handle reading_access();

/// A file open for reading, shared by all that reads from it.
class File {
  public:
    /// Throws Error: no_input where there is none, io where it can't be read, bad_data where it is not a
    /// readable HDF5 file.
    [[nodiscard]] static std::shared_ptr<const File> open(const std::filesystem::path& path);

    [[nodiscard]] hid_t id() const noexcept { return id_.get(); }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] std::uintmax_t bytes() const noexcept { return bytes_; }
    /// "activations.h5: /images/ids", for messages.
    [[nodiscard]] std::string where(const std::string& object) const;

  private:
    File(Handle id, std::filesystem::path path, std::uintmax_t bytes)
        : id_(std::move(id)), path_(std::move(path)), bytes_(bytes) {}

    Handle id_;
    std::filesystem::path path_;
    std::uintmax_t bytes_;
};

struct Link {
    std::string name;
    bool external = false;       ///< leads into another file: not followed
    bool placed_by_name = false; ///< the file keeps no order of creation
};

/// The links of a group: in order of creation where the file keeps it, else in natural order.
[[nodiscard]] std::vector<Link> links_of(hid_t group);

/// Opens what a link leads to; not valid where it leads nowhere.
[[nodiscard]] Handle open_object(hid_t location, const std::string& name);
[[nodiscard]] bool is_group(hid_t object);
[[nodiscard]] bool is_dataset(hid_t object);
[[nodiscard]] bool has_link(hid_t location, const std::string& name);

/// Attributes as far as they are there, of a fitting type and of a sensible size.
[[nodiscard]] std::optional<std::string> string_attribute(hid_t object, const char* name);
[[nodiscard]] std::optional<double> number_attribute(hid_t object, const char* name);
/// A whole number of 0 or more, to its last digit.
[[nodiscard]] std::optional<std::uint64_t> count_attribute(hid_t object, const char* name);
[[nodiscard]] std::vector<std::string> strings_attribute(hid_t object, const char* name);
[[nodiscard]] std::vector<double> numbers_attribute(hid_t object, const char* name);

/// What a dataset holds, and why it can't be read where it can't.
struct DatasetInfo {
    std::vector<std::size_t> shape;
    H5T_class_t type = H5T_NO_CLASS;
    std::size_t element_bytes = 0;
    bool half = false;      ///< IEEE half precision
    std::string unreadable; ///< "is compressed by a filter this program lacks", …; empty when fine
    [[nodiscard]] std::size_t rows() const { return shape.empty() ? 0 : shape.front(); }
};

[[nodiscard]] DatasetInfo describe(hid_t dataset, const File& file);

/// A one-dimensional dataset of strings, or of integers written out. Throws Error(bad_data).
[[nodiscard]] std::vector<std::string> read_strings(hid_t dataset, const File& file, const std::string& name);
/// A one-dimensional dataset of integers. Throws Error(bad_data).
[[nodiscard]] std::vector<std::int64_t> read_integers(hid_t dataset, const File& file,
                                                      const std::string& name);

} // namespace stratoscope::storage::hdf5
