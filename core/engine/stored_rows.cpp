#include "core/engine/stored_rows.h"

#include "core/base/float16.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace stratoscope::engine {
namespace {

std::size_t size_of(StoredRows::Kind kind) {
    switch (kind) {
    case StoredRows::Kind::float16:
        return sizeof(std::uint16_t);
    case StoredRows::Kind::float32:
        return sizeof(float);
    case StoredRows::Kind::float64:
        break;
    }
    return sizeof(double);
}

} // namespace

void StoredRows::begin(Kind kind) {
    kind_ = kind;
    begun_ = kind;
    if (place_ == Place::memory)
        in_memory_ = AlignedVector<std::byte>(
            checked_product(checked_product(rows_, cols_, "a layer"), size_of(kind), "a layer"));
    else
        file_.emplace();
}

template <class T>
void StoredRows::put(std::size_t i, std::span<const T> row) {
    const auto bytes = std::as_bytes(row);
    if (place_ != Place::memory)
        file_->write(i * bytes.size(), bytes);
    else if (std::byte* const to = in_memory_.data() + i * bytes.size(); to != bytes.data())
        std::memcpy(to, bytes.data(), bytes.size());
}

void StoredRows::append(MatrixView<const float> values) {
    if (kind_ == Kind::float16 && !append_halves(values))
        widen_all();
    if (kind_ == Kind::float32)
        for (std::size_t r = 0; r < values.rows; ++r)
            put(filled_ + r, values.row(r));
    filled_ += values.rows;
}

void StoredRows::append(MatrixView<const double> values) {
    if (!begun_)
        begin(Kind::float64);
    for (std::size_t r = 0; r < values.rows; ++r)
        put(filled_ + r, values.row(r));
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
        if (!begun_)
            begin(Kind::float16);
        put(filled_ + r, std::span<const std::uint16_t>(narrow));
    }
    return true;
}

void StoredRows::widen_all() {
    StoredRows wide(rows_, cols_, place_);
    wide.begin(Kind::float32);
    for (std::size_t i = 0; i < filled_; ++i)
        wide.put(i, float_row(i, 0));
    wide.filled_ = filled_;
    *this = std::move(wide);
}

std::span<const std::byte> StoredRows::bytes_of_row(std::size_t i) const {
    switch (kind_) {
    case Kind::float16:
        return std::as_bytes(row_of<std::uint16_t>(i, 0));
    case Kind::float32:
        return std::as_bytes(row_of<float>(i, 0));
    case Kind::float64:
        break;
    }
    return std::as_bytes(row_of<double>(i, 0));
}

const std::byte* StoredRows::read_row(std::size_t offset, std::size_t bytes, std::size_t buffer) const {
    // Scratch memory and no state: whatever is in it is written before it is read.
    thread_local std::array<AlignedVector<std::byte>, 2> buffers;
    AlignedVector<std::byte>& out = buffers[buffer];
    out.resize(std::max(out.size(), bytes));
    file_->read(offset, std::span(out).first(bytes));
    return out.data();
}

std::span<const float> StoredRows::widened(std::span<const std::uint16_t> row, std::size_t buffer) {
    thread_local std::array<AlignedVector<float>, 2> buffers; // as in read_row()
    AlignedVector<float>& out = buffers[buffer];
    out.resize(std::max(out.size(), row.size()));
    const std::span<float> wide = std::span(out).first(row.size());
    float16_to_float32(row, wide);
    return wide;
}

void StoredRows::prefetch(std::size_t i, std::size_t part, std::size_t parts) const noexcept {
    constexpr std::size_t line = 64;
    constexpr std::size_t most_lines = 64; // the rest follows by itself once these are read
    if (place_ != Place::memory)
        return;
    const std::size_t bytes = cols_ * size_of(kind_);
    const std::size_t lines = std::min((bytes + line - 1) / line, most_lines);
    for (std::size_t at = part * lines / parts; at < (part + 1) * lines / parts; ++at)
        __builtin_prefetch(in_memory_.data() + i * bytes + at * line);
}

} // namespace stratoscope::engine
