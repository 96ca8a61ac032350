// The steps of kernel_rows_steps.h on a GPU: one block of threads a row (and so many pairs of layers as a
// block has threads).
#include "core/engine/torch/kernel_rows_kernel.h"

#include <algorithm>
#include <cuda_runtime.h>

namespace stratoscope::engine::kernel_rows {
namespace {

using gpu::threads_of_block;

// Of a block's shared memory, on every GPU without asking for more.
constexpr std::size_t most_bytes = 48 << 10;
// 64 columns leave four blocks to a multiprocessor with a dozen layers; fewer than 8 would be all overhead.
constexpr unsigned most_column_bits = 6;
constexpr unsigned least_column_bits = 3;

std::size_t bytes_of(const Layout& layout) {
    return std::size_t{layout.kernels} * layout.columns * layout.stride * sizeof(float);
}

__global__ void __launch_bounds__(threads_of_block, 2)
    add_rows(const __grid_constant__ Question question, const __grid_constant__ Layout layout) {
    extern __shared__ double memory[];
    auto* values = reinterpret_cast<float*>(memory);
    const std::int64_t row = blockIdx.x;
    const unsigned first_task = blockIdx.y * threads_of_block;
    const std::int64_t itself = question.itself[row];
    const Task task = task_of(layout, first_task, threadIdx.x);
    const auto fill_kernels = [&](unsigned layer, std::int64_t column, float* out, std::size_t next) {
        const std::int64_t of_layer = layer * question.columns;
        const double product = question.products[(layer * question.rows + row) * question.columns + column];
        const Length x{question.squared_length[of_layer + itself], question.length[of_layer + itself]};
        const Length y{question.squared_length[of_layer + column], question.length[of_layer + column]};
        const std::int32_t group =
            question.twin_group == nullptr ? 0 : question.twin_group[of_layer + itself];
        const bool twins = group > 0 && question.twin_group[of_layer + column] == group;
        for (unsigned kernel = 0; kernel < layout.kernels; ++kernel) {
            const Kind kind = question.kind[kernel];
            out[kernel * next] =
                value_of(kind, product, x, y, twins, question.factor[kernel * layout.layers + layer],
                         kind == Kind::distance_rank ? question.ranks[layer] : Ranks{}, question.ordinary,
                         [](float x_) { return __float_as_uint(x_); });
        }
    };
    Sums sums;
    clear(sums);
    for (std::int64_t first = 0; first < question.columns; first += layout.columns) {
        fill(layout, values, first, question.columns, itself, fill_kernels, threadIdx.x, threads_of_block);
        __syncthreads();
        add_products(layout, values, task, sums);
        __syncthreads();
    }
    auto* all_sums = reinterpret_cast<Sums*>(memory);
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

unsigned column_bits_for(std::int64_t layers, std::int64_t kernels) {
    unsigned bits = most_column_bits;
    while (bits > 0 && bytes_of(layout_of(static_cast<unsigned>(layers), static_cast<unsigned>(kernels),
                                          bits)) > most_bytes)
        --bits;
    return bits;
}

} // namespace

bool fits(std::int64_t layers, std::int64_t kernels) {
    return column_bits_for(layers, kernels) >= least_column_bits;
}

std::string launch(const Question& question, void* stream) {
    if (question.rows == 0)
        return {};
    const Layout layout =
        layout_of(static_cast<unsigned>(question.layers), static_cast<unsigned>(question.kernels),
                  column_bits_for(question.layers, question.kernels));
    const std::size_t bytes = std::max(bytes_of(layout), threads_of_block * sizeof(Sums));
    const dim3 blocks(static_cast<unsigned>(question.rows),
                      (layout.tasks + threads_of_block - 1) / threads_of_block);
    add_rows<<<blocks, threads_of_block, bytes, static_cast<cudaStream_t>(stream)>>>(question, layout);
    const cudaError_t status = cudaGetLastError();
    return status == cudaSuccess ? std::string() : std::string(cudaGetErrorString(status));
}

} // namespace stratoscope::engine::kernel_rows
