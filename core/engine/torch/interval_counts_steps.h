// Counting, for some intervals of a row, how many of its distances lie below and within each: what ranks are
// made of, on a GPU.
//
// Idea: one block of threads takes one row. It sorts the intervals' lower ends, each distance looks up by
// bisection how many of them it reaches and is counted there, and a running sum over these counts is the
// answer: a distance lies below the j-th lower end exactly when it reaches at most j of them. Intervals are
// narrow: few distances lie within one, and those are counted there too. Most distances are larger than every
// end and leave after one comparison.
#pragma once

#include "core/engine/torch/on_both.h"

namespace stratoscope::engine::interval_counts {

/// Intervals a block can hold in its shared memory; more are asked in several pieces.
inline constexpr unsigned most_intervals = 1024;

/// What the threads of a block share; arrays of `padded` values, a power of two ≥ the intervals and ≥ 2.
struct Shared {
    gpu::Numbered low;     ///< ends that belong to an interval, numbered as the caller has them
    double* high;          ///< ends that don't, in the order of the lower ones after sorting
    std::uint32_t* count;  ///< distances that reach just so many lower ends; at the end those below each
    std::uint32_t* inside; ///< of each, after sorting
    std::uint32_t* part;   ///< 2 × threads values
    unsigned padded;
};

/// Bytes of it.
STRATOSCOPE_ON_BOTH std::size_t bytes_of(unsigned padded, unsigned threads) {
    return padded * (2 * sizeof(double) + 3 * sizeof(std::uint32_t)) + 2 * threads * sizeof(std::uint32_t);
}

/// memory: bytes_of(padded, threads), as a double begins.
STRATOSCOPE_ON_BOTH Shared shared_in(void* memory, unsigned padded) {
    Shared out{};
    out.padded = padded;
    out.low.value = static_cast<double*>(memory);
    out.high = out.low.value + padded;
    out.low.number = reinterpret_cast<std::uint32_t*>(out.high + padded);
    out.count = out.low.number + padded;
    out.inside = out.count + padded;
    out.part = out.inside + padded;
    return out;
}

/// No NaN; low < high, and of several intervals high rises where low does.
struct Interval {
    double low;
    double high;
};

/// interval_of(j): for j = 0 … count − 1.
template <class IntervalOf>
STRATOSCOPE_ON_BOTH void load(const Shared& shared, unsigned count, const IntervalOf& interval_of,
                              double infinity, unsigned thread, unsigned threads) {
    for (unsigned j = thread; j < shared.padded; j += threads) {
        shared.low.value[j] = j < count ? interval_of(j).low : infinity;
        shared.low.number[j] = j;
        shared.count[j] = 0;
        shared.inside[j] = 0;
    }
}

/// After sorting.
template <class IntervalOf>
STRATOSCOPE_ON_BOTH void load_high(const Shared& shared, unsigned count, const IntervalOf& interval_of,
                                   double infinity, unsigned thread, unsigned threads) {
    for (unsigned j = thread; j < shared.padded; j += threads) {
        const std::uint32_t number = shared.low.number[j];
        shared.high[j] = number < count ? interval_of(number).high : infinity;
    }
}

/// How many of the sorted lower ends are ≤ value.
STRATOSCOPE_ON_BOTH unsigned reached(const Shared& shared, double value) {
    unsigned first = 0;
    unsigned count = shared.padded;
    while (count > 0) {
        const unsigned half = count / 2;
        if (shared.low.value[first + half] <= value) {
            first += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return first;
}

/// end: the last real interval's upper end. add(counter): adds 1 to a counter that all threads share.
template <class Add>
STRATOSCOPE_ON_BOTH void count_values(const Shared& shared, const double* values, std::int64_t size,
                                      double end, const Add& add, unsigned thread, unsigned threads) {
    constexpr unsigned together = 4; // so many are on their way from memory at a time
    for (std::int64_t first = thread; first < size; first += together * threads) {
        double value[together];
        STRATOSCOPE_UNROLL
        for (unsigned i = 0; i < together; ++i) {
            const std::int64_t column = first + i * threads;
            value[i] = column < size ? values[column] : end;
        }
        STRATOSCOPE_UNROLL
        for (unsigned i = 0; i < together; ++i) {
            if (value[i] >= end)
                continue;
            const unsigned lows = reached(shared, value[i]);
            if (lows < shared.padded) // else below none
                add(shared.count + lows);
            for (unsigned j = lows; j > 0 && value[i] < shared.high[j - 1]; --j)
                add(shared.inside + j - 1);
        }
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

/// All steps for one row in their order, the same on both sides. Afterwards `low.number`, `count` (those
/// below) and `inside` tell the answer, in sorted order. step(f) has every thread do f(thread) and then waits
/// for all.
template <class IntervalOf, class Step, class Add>
STRATOSCOPE_ON_BOTH void count_row(const Shared& shared, const double* values, std::int64_t size,
                                   unsigned count, const IntervalOf& interval_of, double infinity,
                                   unsigned threads, const Step& step, const Add& add) {
    step([&](unsigned thread) { load(shared, count, interval_of, infinity, thread, threads); });
    gpu::sort(shared.low, shared.padded, threads, step);
    step([&](unsigned thread) { load_high(shared, count, interval_of, infinity, thread, threads); });
    // Padding is infinite and so stands last: the last real interval is at count − 1.
    const double end = shared.high[count - 1];
    step([&](unsigned thread) { count_values(shared, values, size, end, add, thread, threads); });
    step([&](unsigned thread) { sum_part(shared, thread, threads); });
    unsigned from = 0;
    for (unsigned distance = 1; distance < threads; distance *= 2) {
        step([&](unsigned thread) { sum_stage(shared, distance, from, thread, threads); });
        from = 1 - from;
    }
    step([&](unsigned thread) { add_before(shared, from, thread, threads); });
}

} // namespace stratoscope::engine::interval_counts
