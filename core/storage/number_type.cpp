#include "core/base/float16.h"
#include "core/storage/number_type_internal.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <type_traits>

namespace stratoscope::storage {
namespace {

static_assert(std::endian::native == std::endian::little, "a big-endian machine would swap the other way");

template <class Stored>
Stored load(const std::byte* at, bool swapped) noexcept {
    std::array<std::byte, sizeof(Stored)> bytes;
    std::memcpy(bytes.data(), at, sizeof(Stored));
    if (swapped)
        std::ranges::reverse(bytes);
    return std::bit_cast<Stored>(bytes);
}

template <class Stored, class Out, class Convert>
void each(std::span<const std::byte> in, bool swapped, std::span<Out> out, Convert to_number) noexcept {
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<Out>(to_number(load<Stored>(in.data() + i * sizeof(Stored), swapped)));
}

template <class Out>
void convert_as(std::span<const std::byte> in, NumberType type, std::span<Out> out) noexcept {
    const bool swapped = type.big_endian;
    const auto as_is = [](auto value) { return value; };
    switch (type.number) {
    case Number::float16:
        return each<std::uint16_t>(in, swapped, out,
                                   [](std::uint16_t half) { return float16_to_float32(half); });
    case Number::bfloat16:
        return each<std::uint16_t>(in, swapped, out, [](std::uint16_t half) {
            return std::bit_cast<float>(static_cast<std::uint32_t>(half) << 16U);
        });
    case Number::float32:
        return each<float>(in, swapped, out, as_is);
    case Number::float64:
        return each<double>(in, swapped, out, as_is);
    case Number::int8:
        return each<std::int8_t>(in, swapped, out, as_is);
    case Number::int16:
        return each<std::int16_t>(in, swapped, out, as_is);
    case Number::int32:
        return each<std::int32_t>(in, swapped, out, as_is);
    case Number::int64:
        return each<std::int64_t>(in, swapped, out, as_is);
    case Number::uint8:
        return each<std::uint8_t>(in, swapped, out, as_is);
    case Number::uint16:
        return each<std::uint16_t>(in, swapped, out, as_is);
    case Number::uint32:
        return each<std::uint32_t>(in, swapped, out, as_is);
    case Number::uint64:
        return each<std::uint64_t>(in, swapped, out, as_is);
    case Number::boolean:
        return each<std::uint8_t>(in, swapped, out, [](std::uint8_t value) { return value != 0 ? 1 : 0; });
    }
}

} // namespace

std::size_t bytes_of(Number number) noexcept {
    switch (number) {
    case Number::int8:
    case Number::uint8:
    case Number::boolean:
        return 1;
    case Number::float16:
    case Number::bfloat16:
    case Number::int16:
    case Number::uint16:
        return 2;
    case Number::float32:
    case Number::int32:
    case Number::uint32:
        return 4;
    case Number::float64:
    case Number::int64:
    case Number::uint64:
        return 8;
    }
    return 1;
}

bool is_integer(Number number) noexcept {
    return element_type_of(number) == ElementType::integer;
}

ElementType element_type_of(Number number) noexcept {
    switch (number) {
    case Number::float16:
        return ElementType::float16;
    case Number::bfloat16:
    case Number::float32:
        return ElementType::float32;
    case Number::float64:
        return ElementType::float64;
    default:
        return ElementType::integer;
    }
}

void convert(std::span<const std::byte> in, NumberType type, std::span<float> out) noexcept {
    if (type == NumberType{Number::float32, false}) {
        std::memcpy(out.data(), in.data(), out.size_bytes());
        return;
    }
    if (type == NumberType{Number::float16, false}) { // by the processor's own instructions
        std::array<std::uint16_t, 512> halves;
        for (std::size_t at = 0; at < out.size(); at += halves.size()) {
            const std::size_t count = std::min(halves.size(), out.size() - at);
            std::memcpy(halves.data(), in.data() + at * 2, count * 2);
            float16_to_float32(std::span<const std::uint16_t>(halves).first(count), out.subspan(at, count));
        }
        return;
    }
    convert_as(in, type, out);
}

void convert(std::span<const std::byte> in, NumberType type, std::span<double> out) noexcept {
    convert_as(in, type, out);
}

void convert(std::span<const std::byte> in, NumberType type, std::span<std::int64_t> out) noexcept {
    if (is_integer(type.number))
        convert_as(in, type, out);
    else
        std::ranges::fill(out, 0);
}

} // namespace stratoscope::storage
