// A layer's values as stored, in the narrowest type that holds them exactly: activations are mostly float16,
// and a hundred thousand images of a whole model then take half of what float32 would.
#pragma once

#include "core/base/matrix.h"

#include <cstdint>
#include <span>

namespace stratoscope::engine {

/// N × D numbers. Written from the first row to the last, then only read; reading is thread-safe.
class StoredRows {
  public:
    enum class Kind { float16, float32, float64 };

    StoredRows() = default;
    StoredRows(std::size_t rows, std::size_t cols) : rows_(rows), cols_(cols) {}

    /// The next rows: all float or all double. float is kept as float16 as long as that holds every value.
    void append(MatrixView<const float> values);
    void append(MatrixView<const double> values);

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] std::size_t cols() const noexcept { return cols_; }
    [[nodiscard]] std::size_t bytes() const noexcept {
        return halves_.values().size_bytes() + floats_.values().size_bytes() + doubles_.values().size_bytes();
    }

    /// body(row) with a span of float or double, valid until body returns. body must not ask for rows again.
    template <class Body>
    decltype(auto) with_row(std::size_t i, const Body& body) const {
        if (kind_ == Kind::float64)
            return body(doubles_.row(i));
        return body(float_row(i, 0));
    }
    /// body(row i, row j), both of the same type.
    template <class Body>
    decltype(auto) with_rows(std::size_t i, std::size_t j, const Body& body) const {
        if (kind_ == Kind::float64)
            return body(doubles_.row(i), doubles_.row(j));
        return body(float_row(i, 0), float_row(j, 1));
    }
    /// One value; many of a row come faster by with_row().
    [[nodiscard]] double at(std::size_t i, std::size_t column) const;

    /// Calls the row from memory; it will be read soon.
    void prefetch(std::size_t i) const noexcept;

  private:
    [[nodiscard]] std::span<const float> float_row(std::size_t i, std::size_t buffer) const {
        return kind_ == Kind::float32 ? floats_.row(i) : widened(i, buffer);
    }
    /// Into one of two buffers that belong to the calling thread.
    [[nodiscard]] std::span<const float> widened(std::size_t i, std::size_t buffer) const;
    [[nodiscard]] bool append_halves(MatrixView<const float> values);
    void widen_all();

    std::size_t rows_ = 0;
    std::size_t cols_ = 0;
    std::size_t filled_ = 0;
    Kind kind_ = Kind::float16;
    Matrix<std::uint16_t> halves_; // one of these is in use
    Matrix<float> floats_;
    Matrix<double> doubles_;
};

} // namespace stratoscope::engine
