// The sums over a row of all layers' kernels, on a GPU: Σ_j K_a(i,j)·K_b(i,j) for all pairs of layers, and
// Σ_j K_a(i,j).
//
// Idea: one block of threads takes one row i. For a stretch of columns j each thread computes the values of
// all kernels for one column in a group of four layers, into shared memory; then each adds up the products of
// one group with another in one kernel: eight values read for sixteen products. A layer that is 1 everywhere
// stands behind the others, so that the sums of the values are products too. Values are float32, as on the
// processors; sums are float64 after each stretch. What the next stretch needs is fetched before the products
// of this one are added up.
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

/// What all kernels are made of.
struct PairOfRows {
    double product;
    float d2;
    float d;
    float lengths;          ///< ‖x‖ + ‖y‖
    double product_lengths; ///< ‖x‖‖y‖
};

STRATOSCOPE_ON_BOTH PairOfRows pair_of(double product, const Length& x, const Length& y, bool twins) {
    PairOfRows out{};
    out.product = product;
    out.d2 = static_cast<float>(gpu::squared_distance(product, x.squared, y.squared, twins));
    out.d = sqrtf(out.d2);
    out.lengths = x.root + y.root;
    out.product_lengths = static_cast<double>(x.root) * static_cast<double>(y.root);
    return out;
}

/// factor: 1/unit of this layer, 1/√unit for the kernels of d. bits_of(float): its bit pattern.
template <class BitsOf>
STRATOSCOPE_ON_BOTH float value_of(Kind kind, const PairOfRows& pair, float factor, const Ranks& ranks,
                                   const Ordinary& ordinary, const BitsOf& bits_of) {
    switch (kind) {
    case Kind::linear:
        return static_cast<float>(pair.product) * factor;
    case Kind::centred_distance: { // d − ‖x‖ − ‖y‖ as −2(x·y + ‖x‖‖y‖)/(d + ‖x‖ + ‖y‖)
        const float below = pair.d + pair.lengths;
        const auto above = static_cast<float>(pair.product + pair.product_lengths);
        return (below > 0.0F ? -2.0F * above / below : 0.0F) * factor - ordinary.centred_distance;
    }
    case Kind::distance:
        return pair.d * factor - 1.0F;
    case Kind::gaussian:
        return expf(-pair.d2 * factor) - ordinary.gaussian;
    case Kind::distance_rank:
        break;
    }
    return ranks.rank[gpu::cell_of(bits_of(pair.d2), ranks.lowest_bits, ranks.shift, ranks.last)] - 0.5F;
}

struct alignas(16) Four {
    float x[side];
};

/// How a block's work is laid out. Values lie in rows of `stride` Fours, one for each kernel and group of
/// layers.
struct Layout {
    unsigned layers;
    unsigned kernels;
    unsigned groups; ///< of `side` layers, the one of ones among them
    unsigned column_bits;
    unsigned columns; ///< of a stretch: 2 to the power of column_bits
    unsigned stride;  ///< one more than columns, so that rows begin in different banks
    unsigned tasks;   ///< a pair of groups in a kernel is one
    unsigned splits;  ///< threads that share the columns of a task
};

/// Each thread has one column of one group, so these are few where layers are many; fits() says whether any
/// are.
STRATOSCOPE_ON_BOTH Layout layout_of(unsigned layers, unsigned kernels) {
    constexpr unsigned most_column_bits = 6;
    Layout out{};
    out.layers = layers;
    out.kernels = kernels;
    out.groups = (layers + 1 + side - 1) / side;
    out.column_bits = most_column_bits;
    while (out.column_bits > 0 && (out.groups << out.column_bits) > gpu::threads_of_block)
        --out.column_bits;
    out.columns = 1U << out.column_bits;
    out.stride = out.columns + 1;
    out.tasks = kernels * (out.groups * (out.groups + 1) / 2);
    out.splits = out.tasks < gpu::threads_of_block ? gpu::threads_of_block / out.tasks : 1;
    return out;
}

STRATOSCOPE_ON_BOTH bool fits(unsigned layers, unsigned kernels) {
    const Layout layout = layout_of(layers, kernels);
    return kernels <= most_kernels && layout.groups * layout.columns <= gpu::threads_of_block;
}

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

/// Where a thread's values are: a column of a stretch in a group of layers.
struct Cell {
    bool any;
    unsigned group;
    unsigned column;
};

STRATOSCOPE_ON_BOTH Cell cell_of(const Layout& layout, unsigned thread) {
    const unsigned group = thread >> layout.column_bits;
    return {group < layout.groups, group, thread & (layout.columns - 1)};
}

/// Writes the values of all kernels: pairs and factors of the group's layers; counts: whether the column
/// does. value(kernel, i, pair): of the group's i-th layer.
template <class Value>
STRATOSCOPE_ON_BOTH void fill(const Layout& layout, Four* values, const Cell& cell,
                              const PairOfRows (&pairs)[side], bool counts, const Value& value) {
    if (!cell.any)
        return;
    for (unsigned kernel = 0; kernel < layout.kernels; ++kernel) {
        Four four{};
        STRATOSCOPE_UNROLL
        for (unsigned i = 0; i < side; ++i) {
            const unsigned layer = side * cell.group + i;
            if (counts && layer < layout.layers)
                four.x[i] = value(kernel, i, pairs[i]);
            else
                four.x[i] = counts && layer == layout.layers ? 1.0F : 0.0F;
        }
        values[(kernel * layout.groups + cell.group) * layout.stride + cell.column] = four;
    }
}

STRATOSCOPE_ON_BOTH void add_products(const Layout& layout, const Four* values, const Task& task,
                                      Sums& sums) {
    if (!task.any)
        return;
    float sum[side * side] = {};
    const Four* row_a = values + (task.kernel * layout.groups + task.group_a) * layout.stride;
    const Four* row_b = values + (task.kernel * layout.groups + task.group_b) * layout.stride;
    for (unsigned c = task.split; c < layout.columns; c += layout.splits) {
        const Four a = row_a[c];
        const Four b = row_b[c];
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
