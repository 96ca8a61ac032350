// What the steps of the GPU kernels share. A step is what one thread of a block does between two barriers; it
// is written so that the processor can take it too, thread after thread, which is how steps are tested
// without a GPU.
#pragma once

#include <cstdint>

#if defined(__CUDACC__)
#define STRATOSCOPE_ON_BOTH __host__ __device__ inline
#define STRATOSCOPE_UNROLL _Pragma("unroll") // so that small arrays stay in registers
#else
#define STRATOSCOPE_ON_BOTH inline
#define STRATOSCOPE_UNROLL
#endif

namespace stratoscope::engine::gpu {

inline constexpr unsigned threads_of_block = 256;

/// The least power of two that is ≥ count and ≥ 2.
STRATOSCOPE_ON_BOTH unsigned padded_size(unsigned count) {
    unsigned padded = 2;
    while (padded < count)
        padded *= 2;
    return padded;
}

/// Values that are sorted, each with a number of its own, in memory that the threads of a block share; the
/// number decides between equal values.
struct Numbered {
    double* value;
    std::uint32_t* number;
};

/// One stage of a bitonic network, which needs no more than comparing fixed pairs: for size = 2, 4, … padded,
/// for stride = size/2 … 1.
STRATOSCOPE_ON_BOTH void sort_stage(const Numbered& all, unsigned padded, unsigned size, unsigned stride,
                                    unsigned thread, unsigned threads) {
    for (unsigned pair = thread; pair < padded / 2; pair += threads) {
        const unsigned low = 2 * pair - (pair & (stride - 1));
        const unsigned high = low + stride;
        const bool rising = (low & size) == 0;
        const double x = all.value[low];
        const double y = all.value[high];
        const std::uint32_t number = all.number[low];
        const bool falls = x > y || (x == y && number > all.number[high]);
        if (falls == rising) {
            all.value[low] = y;
            all.value[high] = x;
            all.number[low] = all.number[high];
            all.number[high] = number;
        }
    }
}

/// The whole network. step(f) has every thread do f(thread) and then waits for all.
template <class Step>
STRATOSCOPE_ON_BOTH void sort(const Numbered& all, unsigned padded, unsigned threads, const Step& step) {
    for (unsigned size = 2; size <= padded; size *= 2)
        for (unsigned stride = size / 2; stride > 0; stride /= 2)
            step([&](unsigned thread) { sort_stage(all, padded, size, stride, thread, threads); });
}

} // namespace stratoscope::engine::gpu
