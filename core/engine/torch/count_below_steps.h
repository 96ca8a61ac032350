// Counting, for each of some bounds, how many of a row's distances lie below it: the steps of the GPU kernel,
// written so that the processor can take them too.
//
// Idea: the threads of one block share one row. The bounds are sorted (a bitonic network, since it needs no
// more than comparing fixed pairs), each distance looks up by bisection how many bounds it reaches and is
// counted there, and a running sum over these counts is the answer: a distance lies below the j-th bound
// exactly when it reaches at most j of them. Most distances are larger than every bound and end after one
// comparison. A thread never waits for another but between two steps.
//
// Each function is what one thread does in one step; `thread` of `threads`. In the kernel a barrier stands
// between steps, on the processor a loop over threads stands around each.
#pragma once

#include <cstdint>

#if defined(__CUDACC__)
#define STRATOSCOPE_ON_BOTH __host__ __device__ inline
#else
#define STRATOSCOPE_ON_BOTH inline
#endif

namespace stratoscope::engine::count_below {

/// Threads of a block; also the parts of the running sum.
inline constexpr unsigned threads_of_block = 256;
/// Bounds a block can hold in its shared memory (16 bytes each); more are asked in several pieces.
inline constexpr unsigned most_bounds = 2048;

/// What the threads of a block share; arrays of `padded` values, a power of two ≥ the bounds and ≥ 2.
struct Shared {
    double* bound;
    std::uint32_t* owner; ///< which bound of the caller stands here after sorting
    std::uint32_t* count; ///< distances that reach just so many bounds; at the end the answers
    std::uint32_t* part;  ///< 2 × threads values
    unsigned padded;
};

/// The least power of two that is ≥ bounds and ≥ 2.
STRATOSCOPE_ON_BOTH unsigned padded_size(unsigned bounds) {
    unsigned padded = 2;
    while (padded < bounds)
        padded *= 2;
    return padded;
}

STRATOSCOPE_ON_BOTH void load(const Shared& shared, const double* bounds, unsigned count, double infinity,
                              unsigned thread, unsigned threads) {
    for (unsigned j = thread; j < shared.padded; j += threads) {
        shared.bound[j] = j < count ? bounds[j] : infinity;
        shared.owner[j] = j;
        shared.count[j] = 0;
    }
}

/// One stage of the network: for size = 2, 4, … padded, for stride = size/2 … 1.
STRATOSCOPE_ON_BOTH void sort_stage(const Shared& shared, unsigned size, unsigned stride, unsigned thread,
                                    unsigned threads) {
    for (unsigned pair = thread; pair < shared.padded / 2; pair += threads) {
        const unsigned low = 2 * pair - (pair & (stride - 1));
        const unsigned high = low + stride;
        const bool rising = (low & size) == 0;
        const bool wrong =
            rising ? shared.bound[low] > shared.bound[high] : shared.bound[low] < shared.bound[high];
        if (wrong) {
            const double bound = shared.bound[low];
            shared.bound[low] = shared.bound[high];
            shared.bound[high] = bound;
            const std::uint32_t owner = shared.owner[low];
            shared.owner[low] = shared.owner[high];
            shared.owner[high] = owner;
        }
    }
}

/// How many of the sorted bounds are ≤ value.
STRATOSCOPE_ON_BOTH unsigned reached(const Shared& shared, double value) {
    unsigned first = 0;
    unsigned count = shared.padded;
    while (count > 0) {
        const unsigned half = count / 2;
        if (shared.bound[first + half] <= value) {
            first += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return first;
}

/// add(counter): adds 1 to a counter that all threads share.
template <class Add>
STRATOSCOPE_ON_BOTH void count_values(const Shared& shared, const double* values, std::int64_t size,
                                      double largest, const Add& add, unsigned thread, unsigned threads) {
    for (std::int64_t column = thread; column < size; column += threads) {
        const double value = values[column];
        if (value < largest)
            add(shared.count + reached(shared, value));
    }
}

/// The running sum in three steps: each thread over a part of its own …
STRATOSCOPE_ON_BOTH void sum_part(const Shared& shared, unsigned thread, unsigned threads) {
    const unsigned length = (shared.padded + threads - 1) / threads;
    std::uint32_t sum = 0;
    for (unsigned j = thread * length; j < (thread + 1) * length && j < shared.padded; ++j) {
        sum += shared.count[j];
        shared.count[j] = sum;
    }
    shared.part[thread] = sum;
}

/// … over the parts' sums, doubling the distance each time (1, 2, 4, … < threads), from one half of `part` to
/// the other …
STRATOSCOPE_ON_BOTH void sum_stage(const Shared& shared, unsigned distance, unsigned from, unsigned thread,
                                   unsigned threads) {
    const std::uint32_t* source = shared.part + from * threads;
    std::uint32_t* target = shared.part + (1 - from) * threads;
    target[thread] = source[thread] + (thread >= distance ? source[thread - distance] : 0U);
}

/// … and what lies before a part is added to it. `from`: the half that holds the parts' running sum.
STRATOSCOPE_ON_BOTH void add_before(const Shared& shared, unsigned from, unsigned thread, unsigned threads) {
    const unsigned length = (shared.padded + threads - 1) / threads;
    const std::uint32_t before = thread == 0 ? 0U : shared.part[from * threads + thread - 1];
    for (unsigned j = thread * length; j < (thread + 1) * length && j < shared.padded; ++j)
        shared.count[j] += before;
}

STRATOSCOPE_ON_BOTH void store(const Shared& shared, std::int32_t* counts, unsigned count, unsigned thread,
                               unsigned threads) {
    for (unsigned j = thread; j < shared.padded; j += threads)
        if (shared.owner[j] < count)
            counts[shared.owner[j]] = static_cast<std::int32_t>(shared.count[j]);
}

/// All steps for one row in their order, the same on both sides. step(f) has every thread do f(thread) and
/// then waits for all.
template <class Step, class Add>
STRATOSCOPE_ON_BOTH void count_row(const Shared& shared, const double* values, std::int64_t size,
                                   const double* bounds, unsigned count, std::int32_t* counts,
                                   double infinity, unsigned threads, const Step& step, const Add& add) {
    step([&](unsigned thread) { load(shared, bounds, count, infinity, thread, threads); });
    for (unsigned sorted = 2; sorted <= shared.padded; sorted *= 2)
        for (unsigned stride = sorted / 2; stride > 0; stride /= 2)
            step([&](unsigned thread) { sort_stage(shared, sorted, stride, thread, threads); });
    // Padding is infinite and so stands last: the largest real bound is at count − 1.
    const double largest = shared.bound[count - 1];
    step([&](unsigned thread) { count_values(shared, values, size, largest, add, thread, threads); });
    step([&](unsigned thread) { sum_part(shared, thread, threads); });
    unsigned from = 0;
    for (unsigned distance = 1; distance < threads; distance *= 2) {
        step([&](unsigned thread) { sum_stage(shared, distance, from, thread, threads); });
        from = 1 - from;
    }
    step([&](unsigned thread) { add_before(shared, from, thread, threads); });
    step([&](unsigned thread) { store(shared, counts, count, thread, threads); });
}

} // namespace stratoscope::engine::count_below
