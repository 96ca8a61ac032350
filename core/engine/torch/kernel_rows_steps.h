// The sums over a row of all layers' kernels, on a GPU: Σ_j K_a(i,j)·K_b(i,j) for all pairs of layers, and
// Σ_j K_a(i,j).
//
// Idea: one block of threads takes one row i. For a stretch of columns j it computes the values of all
// kernels in all layers into shared memory, then each thread adds up the products of four layers with four
// others: eight values read for sixteen products. A layer that is 1 everywhere stands behind the others, so
// that the sums of the values are products too. Values are float32, as on the processors; sums are float64
// after each stretch.
#pragma once

#include "core/engine/torch/distance_steps.h"

#include <cmath>

namespace stratoscope::engine::kernel_rows {

/// Layers side by side in a thread's products.
inline constexpr unsigned side = 4;

/// What a kernel does with x·y, the squared lengths of x and y, and the squared distance: the same as
/// engine::Kernel, where formulas are explained.
enum class Kind : std::int32_t { linear, centred_distance, distance, gaussian, distance_rank };
inline constexpr unsigned most_kernels = 5;

/// Taken off, as core/engine/kernel_sums.h has them.
struct Ordinary {
    float centred_distance;
    float gaussian;
};

/// Ranks of one layer's distances, as engine::RankTable.
struct Ranks {
    const float* rank;
    std::uint32_t lowest_bits;
    std::uint32_t shift;
    std::uint32_t last; ///< cell
};

/// Of a row.
struct Length {
    double squared;
    float root;
};

/// factor: 1/unit of this layer, 1/√unit for the kernels of d. bits_of(float): its bit pattern.
template <class BitsOf>
STRATOSCOPE_ON_BOTH float value_of(Kind kind, double product, const Length& x, const Length& y, bool twins,
                                   float factor, const Ranks& ranks, const Ordinary& ordinary,
                                   const BitsOf& bits_of) {
    if (kind == Kind::linear)
        return static_cast<float>(product * static_cast<double>(factor));
    const auto d2 = static_cast<float>(gpu::squared_distance(product, x.squared, y.squared, twins));
    if (kind == Kind::centred_distance) { // d − ‖x‖ − ‖y‖ as −2(x·y + ‖x‖‖y‖)/(d + ‖x‖ + ‖y‖)
        const double above = product + static_cast<double>(x.root) * static_cast<double>(y.root);
        const float below = sqrtf(d2) + x.root + y.root;
        const float centred = below > 0.0F ? -2.0F * static_cast<float>(above) / below : 0.0F;
        return centred * factor - ordinary.centred_distance;
    }
    if (kind == Kind::distance)
        return sqrtf(d2) * factor - 1.0F;
    if (kind == Kind::gaussian)
        return expf(-d2 * factor) - ordinary.gaussian;
    return ranks.rank[gpu::cell_of(bits_of(d2), ranks.lowest_bits, ranks.shift, ranks.last)] - 0.5F;
}

/// How a block's work is laid out.
struct Layout {
    unsigned layers;
    unsigned kernels;
    unsigned column_bits;
    unsigned columns; ///< of a stretch: 2 to the power of column_bits
    unsigned groups;  ///< of `side` layers, the one of ones among them
    unsigned stride; ///< floats from one column to the next: a multiple of `side` that spreads over the banks
    unsigned tasks;  ///< a pair of groups in a kernel is one
    unsigned splits; ///< threads that share the columns of a task
};

STRATOSCOPE_ON_BOTH Layout layout_of(unsigned layers, unsigned kernels, unsigned column_bits) {
    Layout out{};
    out.layers = layers;
    out.kernels = kernels;
    out.column_bits = column_bits;
    out.columns = 1U << column_bits;
    out.groups = (layers + 1 + side - 1) / side;
    out.stride = side * (out.groups + (out.groups % 2 == 0 ? 1 : 0));
    out.tasks = kernels * (out.groups * (out.groups + 1) / 2);
    out.splits = out.tasks < gpu::threads_of_block ? gpu::threads_of_block / out.tasks : 1;
    return out;
}

struct alignas(16) Four {
    float x[side];
};

/// A thread's task: two groups of layers in one kernel, and every splits-th column.
struct Task {
    bool any;
    unsigned kernel;
    unsigned group_a; ///< ≤ group_b
    unsigned group_b;
    unsigned split;
};

/// first: of the tasks that this block does.
STRATOSCOPE_ON_BOTH Task task_of(const Layout& layout, unsigned first, unsigned thread) {
    const unsigned here =
        layout.tasks - first < gpu::threads_of_block ? layout.tasks - first : gpu::threads_of_block;
    Task out{};
    out.any = thread < here * layout.splits;
    const unsigned pairs = layout.groups * (layout.groups + 1) / 2;
    const unsigned task = first + thread % here;
    out.split = thread / here;
    out.kernel = task / pairs;
    unsigned left = task % pairs;
    while (left >= layout.groups - out.group_a) {
        left -= layout.groups - out.group_a;
        ++out.group_a;
    }
    out.group_b = out.group_a + left;
    return out;
}

/// What a thread has added up, layers of the first group major.
struct Sums {
    double sum[side * side];
};

STRATOSCOPE_ON_BOTH void clear(Sums& sums) {
    STRATOSCOPE_UNROLL
    for (unsigned at = 0; at < side * side; ++at)
        sums.sum[at] = 0.0;
}

/// values: kernels × columns × stride. fill_kernels(layer, column, out, next): writes the row's values of all
/// kernels there, `next` apart.
template <class FillKernels>
STRATOSCOPE_ON_BOTH void fill(const Layout& layout, float* values, std::int64_t first, std::int64_t size,
                              std::int64_t itself, const FillKernels& fill_kernels, unsigned thread,
                              unsigned threads) {
    const unsigned rows = layout.groups * side;
    for (unsigned at = thread; at < rows * layout.columns; at += threads) {
        const unsigned layer = at >> layout.column_bits;
        const unsigned c = at & (layout.columns - 1);
        const std::int64_t column = first + c;
        const bool counts = column < size && column != itself;
        float* out = values + c * layout.stride + layer;
        const std::size_t next = static_cast<std::size_t>(layout.columns) * layout.stride;
        if (counts && layer < layout.layers)
            fill_kernels(layer, column, out, next);
        else
            for (unsigned kernel = 0; kernel < layout.kernels; ++kernel)
                out[kernel * next] = counts && layer == layout.layers ? 1.0F : 0.0F;
    }
}

STRATOSCOPE_ON_BOTH void add_products(const Layout& layout, const float* values, const Task& task,
                                      Sums& sums) {
    if (!task.any)
        return;
    float sum[side * side] = {};
    const float* of_kernel = values + static_cast<std::size_t>(task.kernel) * layout.columns * layout.stride;
    for (unsigned c = task.split; c < layout.columns; c += layout.splits) {
        const float* column = of_kernel + c * layout.stride;
        const Four a = *reinterpret_cast<const Four*>(column + side * task.group_a);
        const Four b = *reinterpret_cast<const Four*>(column + side * task.group_b);
        STRATOSCOPE_UNROLL
        for (unsigned at = 0; at < side * side; ++at)
            sum[at] += a.x[at / side] * b.x[at % side];
    }
    STRATOSCOPE_UNROLL
    for (unsigned at = 0; at < side * side; ++at)
        sums.sum[at] += static_cast<double>(sum[at]);
}

/// Where the answers of a row go.
struct Answer {
    double* product; ///< kernels × pairs a ≤ b, kernels `product_stride` apart
    double* sum;     ///< kernels × layers, kernels `sum_stride` apart
    std::int64_t product_stride;
    std::int64_t sum_stride;
};

/// Adds the sums of a task's splits (each at `sums + split`) and writes them.
STRATOSCOPE_ON_BOTH void store(const Layout& layout, const Task& task, const Sums* sums, unsigned apart,
                               const Answer& answer) {
    for (unsigned at = 0; at < side * side; ++at) {
        const unsigned a = side * task.group_a + at / side;
        const unsigned b = side * task.group_b + at % side;
        if (a > b || a >= layout.layers || b > layout.layers)
            continue;
        double total = 0.0;
        for (unsigned split = 0; split < layout.splits; ++split)
            total += sums[split * apart].sum[at];
        if (b == layout.layers)
            answer.sum[task.kernel * answer.sum_stride + a] = total;
        else
            answer.product[task.kernel * answer.product_stride + a * layout.layers - a * (a + 1) / 2 + b] =
                total;
    }
}

} // namespace stratoscope::engine::kernel_rows
