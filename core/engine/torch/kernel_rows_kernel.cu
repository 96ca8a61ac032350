// The steps of kernel_rows_steps.h on a GPU: one block of threads a row (and so many pairs of groups of
// layers as a block has threads).
#include "core/engine/torch/kernel_rows_kernel.h"

#include <algorithm>
#include <cuda_runtime.h>

namespace stratoscope::engine::kernel_rows {
namespace {

using gpu::threads_of_block;

std::size_t bytes_of(const Layout& layout) {
    return std::size_t{layout.kernels} * layout.groups * layout.stride * sizeof(Four);
}

// What a thread fetches of a column, for the layers of its group.
struct Fetched {
    bool counts; // the column is there and not the row's own
    double product[side];
    Length length[side];
    bool twins[side];
};

// Two blocks a multiprocessor: their sums take many registers.
__global__ void __launch_bounds__(threads_of_block, 2)
    add_rows(const __grid_constant__ Question question, const __grid_constant__ Layout layout) {
    extern __shared__ Four values[];
    const std::int64_t row = blockIdx.x;
    const unsigned first_task = blockIdx.y * threads_of_block;
    const std::int64_t itself = question.itself[row];
    const Task task = task_of(layout, first_task, threadIdx.x);
    const Cell cell = cell_of(layout, threadIdx.x);

    Length own[side] = {};
    std::int32_t own_group[side] = {};
    STRATOSCOPE_UNROLL
    for (unsigned i = 0; i < side; ++i) {
        const std::int64_t layer = side * cell.group + i;
        if (layer >= question.layers)
            continue;
        const std::int64_t at = layer * question.columns + itself;
        own[i] = {question.squared_length[at], question.length[at]};
        own_group[i] = question.twin_group == nullptr ? 0 : question.twin_group[at];
    }
    const auto fetch = [&](std::int64_t first) {
        const std::int64_t column = first + cell.column;
        Fetched out{};
        out.counts = cell.any && column < question.columns && column != itself;
        STRATOSCOPE_UNROLL
        for (unsigned i = 0; i < side; ++i) {
            const std::int64_t layer = side * cell.group + i;
            if (!out.counts || layer >= question.layers)
                continue;
            const std::int64_t at = layer * question.columns + column;
            out.product[i] = question.products[(layer * question.rows + row) * question.columns + column];
            out.length[i] = {question.squared_length[at], question.length[at]};
            out.twins[i] = own_group[i] > 0 && question.twin_group[at] == own_group[i];
        }
        return out;
    };
    const auto value = [&](unsigned kernel, unsigned i, const PairOfRows& pair) {
        const std::int64_t layer = side * cell.group + i;
        const Kind kind = question.kind[kernel];
        return value_of(kind, pair, question.factor[kernel * question.layers + layer],
                        kind == Kind::distance_rank ? question.ranks[layer] : Ranks{}, question.ordinary,
                        [](float x) { return __float_as_uint(x); });
    };

    Sums sums;
    clear(sums);
    Fetched fetched = fetch(0);
    for (std::int64_t first = 0; first < question.columns; first += layout.columns) {
        PairOfRows pairs[side];
        STRATOSCOPE_UNROLL
        for (unsigned i = 0; i < side; ++i)
            pairs[i] = pair_of(fetched.product[i], own[i], fetched.length[i], fetched.twins[i]);
        fill(layout, values, cell, pairs, fetched.counts, value);
        __syncthreads();
        fetched = fetch(first + layout.columns);
        add_products(layout, values, task, sums);
        __syncthreads();
    }

    auto* all_sums = reinterpret_cast<Sums*>(values);
    if (task.any)
        all_sums[threadIdx.x] = sums;
    __syncthreads();
    const unsigned here = min(layout.tasks - first_task, threads_of_block);
    const std::int64_t pairs = question.layers * (question.layers + 1) / 2;
    if (threadIdx.x < here)
        store(layout, task, all_sums + threadIdx.x, here,
              Answer{question.row_product + row * pairs, question.row_sum + row * question.layers,
                     question.rows * pairs, question.rows * question.layers});
}

} // namespace

std::string launch(const Question& question, void* stream) {
    if (question.rows == 0)
        return {};
    const Layout layout =
        layout_of(static_cast<unsigned>(question.layers), static_cast<unsigned>(question.kernels));
    const std::size_t bytes = std::max(bytes_of(layout), threads_of_block * sizeof(Sums));
    const dim3 blocks(static_cast<unsigned>(question.rows),
                      (layout.tasks + threads_of_block - 1) / threads_of_block);
    add_rows<<<blocks, threads_of_block, bytes, static_cast<cudaStream_t>(stream)>>>(question, layout);
    const cudaError_t status = cudaGetLastError();
    return status == cudaSuccess ? std::string() : std::string(cudaGetErrorString(status));
}

} // namespace stratoscope::engine::kernel_rows
