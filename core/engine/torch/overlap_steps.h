// How many of their k nearest any two layers share, for one row, on a GPU: with all candidates, and with each
// tenth of them left out.
//
// Idea: the lists of a row lie in memory that the threads of a block share, sorted by place beside their own
// order. For each choice of what is left out, one thread a layer walks along its list and says how much each
// place counts; then one thread a pair of layers walks along both sorted lists at once and adds up what they
// share.
#pragma once

#include "core/engine/torch/on_both.h"

#include <cstddef>

namespace stratoscope::engine::overlap {

/// In place of a tenth: nothing stands there.
inline constexpr std::uint16_t nothing = 0xffff;

/// A row's lists, layer after layer, `length` places each. In their own order, nearest first:
struct Lists {
    unsigned layers;
    unsigned length;
    std::uint16_t* end;   ///< one past the run of equal distances that a place is in
    std::uint16_t* tenth; ///< that the place belongs to, or `nothing`
    double* weight;       ///< how much it counts
    // Sorted by place:
    std::uint32_t* place;
    std::uint16_t* position; ///< where that place stands in the list's own order
};

/// Bytes of a row's lists.
STRATOSCOPE_ON_BOTH std::size_t bytes_of(std::size_t layers, std::size_t length) {
    return layers * length * (sizeof(double) + sizeof(std::uint32_t) + 3 * sizeof(std::uint16_t));
}

/// memory: bytes_of(layers, length), as a double begins.
STRATOSCOPE_ON_BOTH Lists lists_in(void* memory, unsigned layers, unsigned length) {
    const std::size_t size = static_cast<std::size_t>(layers) * length;
    Lists out{};
    out.layers = layers;
    out.length = length;
    out.weight = static_cast<double*>(memory);
    out.place = reinterpret_cast<std::uint32_t*>(out.weight + size);
    out.position = reinterpret_cast<std::uint16_t*>(out.place + size);
    out.end = out.position + size;
    out.tenth = out.end + size;
    return out;
}

/// Weights of one layer among the k nearest, a place's run at the k-th sharing what is left. left_out: a
/// tenth, or −1 for none.
STRATOSCOPE_ON_BOTH void weigh(const Lists& lists, unsigned layer, double k, int left_out) {
    const std::size_t first = static_cast<std::size_t>(layer) * lists.length;
    double before = 0.0;
    for (unsigned begin = 0; begin < lists.length;) {
        const unsigned end = lists.end[first + begin];
        const auto counts = [&](unsigned at) {
            const std::uint16_t tenth = lists.tenth[first + at];
            return tenth != nothing && static_cast<int>(tenth) != left_out;
        };
        double valid = 0.0;
        for (unsigned at = begin; at < end; ++at)
            valid += counts(at) ? 1.0 : 0.0;
        const double left = k - before;
        const double share = left <= 0.0 || valid == 0.0 ? 0.0 : left >= valid ? 1.0 : left / valid;
        for (unsigned at = begin; at < end; ++at)
            lists.weight[first + at] = counts(at) ? share : 0.0;
        before += valid;
        begin = end;
    }
}

/// Σ_j w_a(j)·w_b(j).
STRATOSCOPE_ON_BOTH double shared_by(const Lists& lists, unsigned a, unsigned b) {
    const std::size_t first_a = static_cast<std::size_t>(a) * lists.length;
    const std::size_t first_b = static_cast<std::size_t>(b) * lists.length;
    double sum = 0.0;
    for (unsigned i = 0, j = 0; i < lists.length && j < lists.length;) {
        const std::uint32_t x = lists.place[first_a + i];
        const std::uint32_t y = lists.place[first_b + j];
        if (x == y)
            sum += lists.weight[first_a + lists.position[first_a + i]] *
                   lists.weight[first_b + lists.position[first_b + j]];
        i += x <= y ? 1U : 0U;
        j += y <= x ? 1U : 0U;
    }
    return sum;
}

/// The pair a ≤ b at a place in the order (0, 0), (0, 1), … (0, n−1), (1, 1), …
struct Pair {
    unsigned a;
    unsigned b;
};

STRATOSCOPE_ON_BOTH Pair pair_at(unsigned at, unsigned layers) {
    Pair out{0, at};
    while (out.b >= layers - out.a) {
        out.b -= layers - out.a;
        ++out.a;
    }
    out.b += out.a;
    return out;
}

/// All choices of one row: nothing left out, then each of `tenths`. store(choice, a, b, sum) for a ≤ b.
/// step(f) has every thread do f(thread) and then waits for all.
template <class Store, class Step>
STRATOSCOPE_ON_BOTH void compare_lists(const Lists& lists, double k, unsigned tenths, const Store& store,
                                       unsigned threads, const Step& step) {
    const unsigned pairs = lists.layers * (lists.layers + 1) / 2;
    for (unsigned choice = 0; choice <= tenths; ++choice) {
        step([&](unsigned thread) {
            for (unsigned layer = thread; layer < lists.layers; layer += threads)
                weigh(lists, layer, k, static_cast<int>(choice) - 1);
        });
        step([&](unsigned thread) {
            for (unsigned at = thread; at < pairs; at += threads) {
                const Pair pair = pair_at(at, lists.layers);
                store(choice, pair.a, pair.b, shared_by(lists, pair.a, pair.b));
            }
        });
    }
}

} // namespace stratoscope::engine::overlap
