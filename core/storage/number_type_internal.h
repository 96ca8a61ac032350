// The numbers that arrays of other programs hold, made float or double while reading.
#pragma once

#include "core/data/row_source.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace stratoscope::storage {

enum class Number {
    float16,
    bfloat16,
    float32,
    float64,
    int8,
    int16,
    int32,
    int64,
    uint8,
    uint16,
    uint32,
    uint64,
    boolean
};

struct NumberType {
    Number number = Number::float32;
    bool big_endian = false;
    bool operator==(const NumberType&) const = default;
};

[[nodiscard]] std::size_t bytes_of(Number number) noexcept;
[[nodiscard]] bool is_integer(Number number) noexcept;
/// bfloat16 counts as float32, which holds each of its values.
[[nodiscard]] ElementType element_type_of(Number number) noexcept;

/// in holds out.size() numbers. Every type is exact in double but for integers beyond 2^53; float rounds to
/// nearest.
void convert(std::span<const std::byte> in, NumberType type, std::span<float> out) noexcept;
void convert(std::span<const std::byte> in, NumberType type, std::span<double> out) noexcept;
/// Of integers alone; uint64 beyond the range wraps.
void convert(std::span<const std::byte> in, NumberType type, std::span<std::int64_t> out) noexcept;

} // namespace stratoscope::storage
