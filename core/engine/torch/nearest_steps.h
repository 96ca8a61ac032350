// The nearest of a row, in order, on a GPU; on the way products become squared distances.
//
// Idea: one block of threads takes one row. In a first look each thread notes the least of one or several
// groups of distances. The m-th least of these minima bounds the m-th least of all from above, and closely:
// as long as m is a small part of the groups, hardly more distances than asked for are as small. In a second
// look these are gathered and sorted.
#pragma once

#include "core/engine/torch/on_both.h"

namespace stratoscope::engine::nearest {

/// Distances that a thread has on their way from memory at a time.
inline constexpr unsigned together = 4;
/// Groups whose minima a thread notes when many places are asked for; one is enough for `few_places`.
inline constexpr unsigned most_minima = together;
inline constexpr unsigned few_places = 64;
/// Distances a block can gather: half of them below the bound, half equal to it.
inline constexpr unsigned capacity = 2048;
/// Places that can be asked for, so that few distances lie below the bound.
inline constexpr unsigned most_places = 512;
/// Of a place beyond the last.
inline constexpr std::uint32_t no_column = 0xffffffffU;

/// What the threads of a block share.
struct Shared {
    gpu::Numbered found;  ///< capacity values: the minima, then what is gathered, numbered by column
    std::uint32_t* below; ///< 1 value: how many are below the bound
    std::uint32_t* equal; ///< 1 value: how many are equal to it
};

/// First look. Minima: groups of a thread, 1 or `together`. load(column) fetches what settle(column, it)
/// makes the squared distance of, infinity at the row itself; many are fetched before the first is settled,
/// which may write.
template <unsigned Minima, class Load, class Settle>
STRATOSCOPE_ON_BOTH void find_minima(const Shared& shared, std::int64_t size, double infinity,
                                     const Load& load, const Settle& settle, unsigned thread,
                                     unsigned threads) {
    double least[Minima];
    STRATOSCOPE_UNROLL
    for (unsigned i = 0; i < Minima; ++i)
        least[i] = infinity;
    for (std::int64_t first = thread; first < size; first += together * threads) {
        decltype(load(first)) fetched[together] = {};
        STRATOSCOPE_UNROLL
        for (unsigned i = 0; i < together; ++i)
            if (first + i * threads < size)
                fetched[i] = load(first + i * threads);
        STRATOSCOPE_UNROLL
        for (unsigned i = 0; i < together; ++i) {
            const std::int64_t column = first + i * threads;
            const double value = column < size ? settle(column, fetched[i]) : infinity;
            least[i % Minima] = value < least[i % Minima] ? value : least[i % Minima];
        }
    }
    STRATOSCOPE_UNROLL
    for (unsigned i = 0; i < Minima; ++i) {
        shared.found.value[i * threads + thread] = least[i];
        shared.found.number[i * threads + thread] = 0;
    }
}

/// Second look: what is below the bound from the front, what equals it from the back. add(counter): adds 1 to
/// a counter that all threads share and returns what it was.
template <class Add>
STRATOSCOPE_ON_BOTH void gather(const Shared& shared, const double* values, std::int64_t size, double bound,
                                double infinity, const Add& add, unsigned thread, unsigned threads) {
    for (std::int64_t first = thread; first < size; first += together * threads) {
        double value[together];
        STRATOSCOPE_UNROLL
        for (unsigned i = 0; i < together; ++i) {
            const std::int64_t column = first + i * threads;
            value[i] = column < size ? values[column] : infinity;
        }
        STRATOSCOPE_UNROLL
        for (unsigned i = 0; i < together; ++i) {
            if (value[i] > bound || value[i] == infinity)
                continue;
            const bool nearer = value[i] < bound;
            const std::uint32_t at = add(nearer ? shared.below : shared.equal);
            if (at >= capacity / 2)
                continue;
            const unsigned place = nearer ? at : capacity - 1 - at;
            shared.found.value[place] = value[i];
            shared.found.number[place] = static_cast<std::uint32_t>(first + i * threads);
        }
    }
}

/// Brings both together, as many of the equal ones as are needed, with nothing behind them up to `padded`.
STRATOSCOPE_ON_BOTH void close_ranks(const Shared& shared, unsigned below, unsigned equal, unsigned padded,
                                     double infinity, unsigned thread, unsigned threads) {
    for (unsigned i = thread; i < equal; i += threads) {
        shared.found.value[below + i] = shared.found.value[capacity - 1 - i];
        shared.found.number[below + i] = shared.found.number[capacity - 1 - i];
    }
    for (unsigned i = below + equal + thread; i < padded; i += threads) {
        shared.found.value[i] = infinity;
        shared.found.number[i] = no_column;
    }
}

/// Where the answer goes.
struct Places {
    double* value;        ///< rising; infinite where there are no more
    std::int64_t* column; ///< 0 where there are no more
    unsigned count;       ///< ≤ most_places
};

STRATOSCOPE_ON_BOTH void store(const Shared& shared, unsigned padded, std::int64_t first_column,
                               double infinity, const Places& out, unsigned thread, unsigned threads) {
    for (unsigned i = thread; i < out.count; i += threads) {
        const bool there = i < padded && shared.found.number[i] != no_column;
        out.value[i] = there ? shared.found.value[i] : infinity;
        out.column[i] = there ? first_column + shared.found.number[i] : 0;
    }
}

/// All steps for one row in their order. load, settle: as in find_minima(); afterwards `values` holds the
/// squared distances. step(f) has every thread do f(thread) and then waits for all. Returns false when more
/// lie below the bound than can be gathered: then nothing is known. out.count ≤ few_places where Minima is 1.
template <unsigned Minima, class Load, class Settle, class Step, class Add>
STRATOSCOPE_ON_BOTH bool look_at_row(const Shared& shared, const Load& load, const Settle& settle,
                                     const double* values, std::int64_t size, std::int64_t first_column,
                                     const Places& out, double infinity, unsigned threads, const Step& step,
                                     const Add& add) {
    step(
        [&](unsigned thread) { find_minima<Minima>(shared, size, infinity, load, settle, thread, threads); });
    gpu::sort(shared.found, Minima * threads, threads, step);
    const double bound = shared.found.value[out.count - 1];
    step([&](unsigned thread) { // all have read the bound before its place is written again
        if (thread == 0)
            *shared.below = *shared.equal = 0;
    });
    step([&](unsigned thread) { gather(shared, values, size, bound, infinity, add, thread, threads); });
    const unsigned half = capacity / 2;
    const bool all = *shared.below <= half;
    const unsigned below = all ? *shared.below : half;
    const unsigned wanted = below < out.count ? out.count - below : 0;
    const unsigned equal = *shared.equal < wanted ? *shared.equal : wanted;
    const unsigned padded = gpu::padded_size(below + equal);
    step([&](unsigned thread) { close_ranks(shared, below, equal, padded, infinity, thread, threads); });
    gpu::sort(shared.found, padded, threads, step);
    step([&](unsigned thread) { store(shared, padded, first_column, infinity, out, thread, threads); });
    return all;
}

} // namespace stratoscope::engine::nearest
