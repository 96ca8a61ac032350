// Which of a kernel's versions this machine runs.
#pragma once

#include <cstddef>
#include <span>

namespace stratoscope::engine {

#if defined(__x86_64__)
/// How many of {AVX-512, AVX2, plain} are too wide for this machine. AVX-512 stands for F, VL, DQ and
/// BW, AVX2 for itself, FMA and POPCNT: versions may use all of them.
inline std::size_t too_wide_kernels() {
    static const std::size_t count = []() -> std::size_t {
        __builtin_cpu_init();
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
            __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
            return 0;
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                       __builtin_cpu_supports("popcnt")
                   ? 1
                   : 2;
    }();
    return count;
}

/// all: for AVX-512, for AVX2 and plain, in this order.
template <class Kernel>
std::span<const Kernel* const> runnable(const Kernel* const (&all)[3]) {
    return std::span(all).subspan(too_wide_kernels());
}
#else
template <class Kernel>
std::span<const Kernel* const> runnable(const Kernel* const (&all)[1]) {
    return all;
}
#endif

} // namespace stratoscope::engine
