// IEEE half precision, converted here because HDF5's own conversion is slow and, in 1.10.8, wrong.
#pragma once

#include <cstdint>
#include <span>

namespace stratoscope {

[[nodiscard]] float float16_to_float32(std::uint16_t half) noexcept;
/// Round to nearest, ties to even; beyond ±65504 becomes ±infinity.
[[nodiscard]] std::uint16_t float32_to_float16(float value) noexcept;

/// Whole spans of equal length, with the processor's F16C instructions where it has them.
void float16_to_float32(std::span<const std::uint16_t> halves, std::span<float> out) noexcept;
void float32_to_float16(std::span<const float> values, std::span<std::uint16_t> out) noexcept;

} // namespace stratoscope
