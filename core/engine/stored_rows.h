// A layer's values as stored, in the narrowest type that holds them exactly: activations are mostly float16,
// and a hundred thousand images of a whole model then take half of what float32 would. Where memory has no
// room even so, they lie in a scratch file, of which the system keeps in memory what it can spare.
#pragma once

#include "core/base/matrix.h"
#include "core/base/scratch_file.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

namespace stratoscope::engine {

/// N × D numbers. Written from the first row to the last, then only read; reading is thread-safe.
class StoredRows {
  public:
    enum class Kind { float16, float32, float64 };
    enum class Place { memory, scratch_file };

    StoredRows() = default;
    StoredRows(std::size_t rows, std::size_t cols, Place place) : rows_(rows), cols_(cols), place_(place) {}

    /// The next rows: all float or all double. float is kept as float16 as long as that holds every value.
    void append(MatrixView<const float> values);
    void append(MatrixView<const double> values);
    /// Where the next `count` rows will lie, so that they can be read there before they are appended; null
    /// data where they are kept in another type, or not in memory.
    template <class T>
    [[nodiscard]] MatrixView<T> place_of_next(std::size_t count) {
        constexpr Kind same = std::is_same_v<T, double> ? Kind::float64 : Kind::float32;
        if (kind_ != same || place_ != Place::memory)
            return {nullptr, count, cols_};
        return {reinterpret_cast<T*>(in_memory_.data()) + filled_ * cols_, count, cols_};
    }

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    /// Of memory.
    [[nodiscard]] std::size_t bytes() const noexcept { return in_memory_.size(); }

    /// A row in the type that kind() tells, valid until the calling thread asks for another.
    [[nodiscard]] std::span<const std::byte> bytes_of_row(std::size_t i) const;

    /// body(row) with a span of float or double, valid until body returns. body must not ask for rows again.
    template <class Body>
    decltype(auto) with_row(std::size_t i, const Body& body) const {
        if (kind_ == Kind::float64)
            return body(row_of<double>(i, 0));
        return body(float_row(i, 0));
    }
    /// body(row i, row j), both of the same type.
    template <class Body>
    decltype(auto) with_rows(std::size_t i, std::size_t j, const Body& body) const {
        if (kind_ == Kind::float64)
            return body(row_of<double>(i, 0), row_of<double>(j, 1));
        return body(float_row(i, 0), float_row(j, 1));
    }

    /// Calls the row from memory, or one of `parts` parts of it; it will be read soon.
    void prefetch(std::size_t i, std::size_t part = 0, std::size_t parts = 1) const noexcept;

  private:
    /// As it lies in memory, or read into the calling thread's buffer of that number.
    template <class T>
    [[nodiscard]] std::span<const T> row_of(std::size_t i, std::size_t buffer) const {
        const std::size_t bytes = cols_ * sizeof(T);
        const std::byte* at =
            place_ == Place::memory ? in_memory_.data() + i * bytes : read_row(i * bytes, bytes, buffer);
        return {reinterpret_cast<const T*>(at), cols_};
    }
    [[nodiscard]] std::span<const float> float_row(std::size_t i, std::size_t buffer) const {
        return kind_ == Kind::float32 ? row_of<float>(i, buffer)
                                      : widened(row_of<std::uint16_t>(i, buffer), buffer);
    }
    [[nodiscard]] const std::byte* read_row(std::size_t offset, std::size_t bytes, std::size_t buffer) const;
    [[nodiscard]] static std::span<const float> widened(std::span<const std::uint16_t> row,
                                                        std::size_t buffer);
    template <class T>
    void put(std::size_t i, std::span<const T> row);
    void begin(Kind kind);
    [[nodiscard]] bool append_halves(MatrixView<const float> values);
    void widen_all();

    std::size_t rows_ = 0;
    std::size_t cols_ = 0;
    std::size_t filled_ = 0;
    Place place_ = Place::memory;
    std::optional<Kind> begun_; // nothing before the first row
    Kind kind_ = Kind::float16;
    AlignedVector<std::byte> in_memory_; // one of these is in use
    std::optional<ScratchFile> file_;
};

} // namespace stratoscope::engine
