#include "core/engine/stored_rows.h"

#include "core/base/float16.h"

#include <algorithm>
#include <array>
#include <bit>

namespace stratoscope::engine {

void StoredRows::append(MatrixView<const float> values) {
    if (kind_ == Kind::float16 && !append_halves(values))
        widen_all();
    if (kind_ == Kind::float32)
        for (std::size_t r = 0; r < values.rows; ++r)
            std::ranges::copy(values.row(r), floats_.row(filled_ + r).begin());
    filled_ += values.rows;
}

void StoredRows::append(MatrixView<const double> values) {
    if (doubles_.empty())
        doubles_ = Matrix<double>::unfilled(rows_, cols_);
    kind_ = Kind::float64;
    for (std::size_t r = 0; r < values.rows; ++r)
        std::ranges::copy(values.row(r), doubles_.row(filled_ + r).begin());
    filled_ += values.rows;
}

bool StoredRows::append_halves(MatrixView<const float> values) {
    const auto same = [](float a, float b) {
        return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
    };
    std::vector<std::uint16_t> narrow(cols_);
    std::vector<float> again(cols_);
    for (std::size_t r = 0; r < values.rows; ++r) {
        float32_to_float16(values.row(r), narrow);
        float16_to_float32(narrow, again);
        if (!std::ranges::equal(values.row(r), again, same))
            return false;
        if (halves_.empty())
            halves_ = Matrix<std::uint16_t>::unfilled(rows_, cols_);
        std::ranges::copy(narrow, halves_.row(filled_ + r).begin());
    }
    return true;
}

void StoredRows::widen_all() {
    floats_ = Matrix<float>::unfilled(rows_, cols_);
    for (std::size_t i = 0; i < filled_; ++i)
        float16_to_float32(halves_.row(i), floats_.row(i));
    halves_ = {};
    kind_ = Kind::float32;
}

std::span<const float> StoredRows::widened(std::size_t i, std::size_t buffer) const {
    // Scratch memory and no state: whatever is in it is written before it is read.
    thread_local std::array<AlignedVector<float>, 2> buffers;
    AlignedVector<float>& out = buffers[buffer];
    out.resize(std::max(out.size(), cols_));
    const std::span<float> row = std::span(out).first(cols_);
    float16_to_float32(halves_.row(i), row);
    return row;
}

double StoredRows::at(std::size_t i, std::size_t column) const {
    if (kind_ == Kind::float64)
        return doubles_(i, column);
    return static_cast<double>(kind_ == Kind::float32 ? floats_(i, column)
                                                      : float16_to_float32(halves_(i, column)));
}

void StoredRows::prefetch(std::size_t i) const noexcept {
    constexpr std::size_t line = 64;
    constexpr std::size_t most_bytes = 4096; // the rest follows by itself once these are read
    const auto call = [&](std::span<const std::byte> row) {
        for (std::size_t at = 0; at < std::min(row.size(), most_bytes); at += line)
            __builtin_prefetch(row.data() + at);
    };
    switch (kind_) {
    case Kind::float16:
        return call(std::as_bytes(halves_.row(i)));
    case Kind::float32:
        return call(std::as_bytes(floats_.row(i)));
    case Kind::float64:
        return call(std::as_bytes(doubles_.row(i)));
    }
}

} // namespace stratoscope::engine
