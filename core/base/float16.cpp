#include "core/base/float16.h"

#include <bit>
#include <cstddef>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace stratoscope {

float float16_to_float32(std::uint16_t half) noexcept {
    const std::uint32_t sign = (half & 0x8000u) << 16;
    const std::uint32_t exponent = (half >> 10) & 0x1fu;
    const std::uint32_t mantissa = half & 0x3ffu;
    if (exponent == 0) { // zero or subnormal: mantissa × 2⁻²⁴, exact in float32
        const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
        return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
    }
    if (exponent == 31)
        return std::bit_cast<float>(sign | 0x7f800000u | (mantissa << 13));
    return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (mantissa << 13));
}

std::uint16_t float32_to_float16(float value) noexcept {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000u);
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u)
        return static_cast<std::uint16_t>(sign | 0x7e00u);
    if (magnitude >= 0x477ff000u) // 65520 and above rounds to infinity
        return static_cast<std::uint16_t>(sign | 0x7c00u);
    if (magnitude <
        0x38800000u) { // below the smallest normal half: adding 0.5 lets the adder round to multiples of 2⁻²⁴
        const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
        return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3f000000u));
    }
    const std::uint32_t odd = (magnitude >> 13) & 1u;
    return static_cast<std::uint16_t>(sign | ((magnitude - 0x38000000u + 0xfffu + odd) >> 13));
}

namespace {

void widen_plain(const std::uint16_t* in, float* out, std::size_t n) noexcept {
    for (std::size_t i = 0; i < n; ++i)
        out[i] = float16_to_float32(in[i]);
}

void narrow_plain(const float* in, std::uint16_t* out, std::size_t n) noexcept {
    for (std::size_t i = 0; i < n; ++i)
        out[i] = float32_to_float16(in[i]);
}

#if defined(__x86_64__)
__attribute__((target("avx,f16c"))) void widen_f16c(const std::uint16_t* in, float* out,
                                                    std::size_t n) noexcept {
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8)
        _mm256_storeu_ps(out + i, _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(in + i))));
    widen_plain(in + i, out + i, n - i);
}

__attribute__((target("avx,f16c"))) void narrow_f16c(const float* in, std::uint16_t* out,
                                                     std::size_t n) noexcept {
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8)
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i),
                         _mm256_cvtps_ph(_mm256_loadu_ps(in + i), _MM_FROUND_TO_NEAREST_INT));
    narrow_plain(in + i, out + i, n - i);
}

// Every processor with AVX2 has F16C; not every compiler lets one ask for F16C itself.
bool has_f16c() noexcept {
    static const bool yes = __builtin_cpu_supports("avx2");
    return yes;
}
#endif

} // namespace

void float16_to_float32(std::span<const std::uint16_t> halves, std::span<float> out) noexcept {
#if defined(__x86_64__)
    if (has_f16c())
        return widen_f16c(halves.data(), out.data(), halves.size());
#endif
    widen_plain(halves.data(), out.data(), halves.size());
}

void float32_to_float16(std::span<const float> values, std::span<std::uint16_t> out) noexcept {
#if defined(__x86_64__)
    if (has_f16c())
        return narrow_f16c(values.data(), out.data(), values.size());
#endif
    narrow_plain(values.data(), out.data(), values.size());
}

} // namespace stratoscope
