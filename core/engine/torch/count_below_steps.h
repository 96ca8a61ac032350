// Counting, for some bounds of a row, how many of its distances lie below each: what ranks are made of, on a
// GPU.
//
// Idea: one block of threads takes one row. It sorts the bounds, each distance looks up by bisection how many
// bounds it reaches and is counted there, and a running sum over these counts is the answer: a distance lies
// below the j-th bound exactly when it reaches at most j of them. Most distances are larger than every bound
// and end after one comparison.
#pragma once

#include "core/engine/torch/on_both.h"

namespace stratoscope::engine::count_below {

/// Bounds a block can hold in its shared memory (16 bytes each); more are asked in several pieces.
inline constexpr unsigned most_bounds = 2048;

/// What the threads of a block share; arrays of `padded` values, a power of two ≥ the bounds and ≥ 2.
struct Shared {
    gpu::Numbered bounds; ///< numbered as the caller has them
    std::uint32_t* count; ///< distances that reach just so many bounds; at the end the answers
    std::uint32_t* part;  ///< 2 × threads values
    unsigned padded;
};

STRATOSCOPE_ON_BOTH void load(const Shared& shared, const double* bounds, unsigned count, double infinity,
                              unsigned thread, unsigned threads) {
    for (unsigned j = thread; j < shared.padded; j += threads) {
        shared.bounds.value[j] = j < count ? bounds[j] : infinity;
        shared.bounds.number[j] = j;
        shared.count[j] = 0;
    }
}

/// How many of the sorted bounds are ≤ value.
STRATOSCOPE_ON_BOTH unsigned reached(const Shared& shared, double value) {
    unsigned first = 0;
    unsigned count = shared.padded;
    while (count > 0) {
        const unsigned half = count / 2;
        if (shared.bounds.value[first + half] <= value) {
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
    constexpr unsigned together = 4; // so many are on their way from memory at a time
    for (std::int64_t first = thread; first < size; first += together * threads) {
        double value[together];
        for (unsigned i = 0; i < together; ++i) {
            const std::int64_t column = first + i * threads;
            value[i] = column < size ? values[column] : largest;
        }
        for (unsigned i = 0; i < together; ++i)
            if (value[i] < largest)
                add(shared.count + reached(shared, value[i]));
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
        if (shared.bounds.number[j] < count)
            counts[shared.bounds.number[j]] = static_cast<std::int32_t>(shared.count[j]);
}

/// All steps for one row in their order, the same on both sides. step(f) has every thread do f(thread) and
/// then waits for all.
template <class Step, class Add>
STRATOSCOPE_ON_BOTH void count_row(const Shared& shared, const double* values, std::int64_t size,
                                   const double* bounds, unsigned count, std::int32_t* counts,
                                   double infinity, unsigned threads, const Step& step, const Add& add) {
    step([&](unsigned thread) { load(shared, bounds, count, infinity, thread, threads); });
    gpu::sort(shared.bounds, shared.padded, threads, step);
    // Padding is infinite and so stands last: the largest real bound is at count − 1.
    const double largest = shared.bounds.value[count - 1];
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
