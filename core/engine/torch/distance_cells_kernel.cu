#include "core/engine/torch/distance_cells_kernel.h"
#include "core/engine/torch/distance_steps.h"

#include <algorithm>
#include <cuda_runtime.h>

namespace stratoscope::engine::distance_cells {
namespace {

using gpu::threads_of_block;
constexpr std::int64_t columns_of_thread = 16;

// Distances spread over some 100 000 cells, so that threads seldom wait for each other at one; but for the
// two at the ends, where all the rest of a histogram is: these each thread counts for itself.
__global__ void __launch_bounds__(threads_of_block) count_cells(const __grid_constant__ Question question) {
    __shared__ unsigned at_ends[histograms][2];
    if (threadIdx.x < 2 * histograms)
        at_ends[threadIdx.x / 2][threadIdx.x % 2] = 0;
    __syncthreads();
    const std::int64_t row = question.first_row + blockIdx.x;
    const double* products = question.products + blockIdx.x * question.columns;
    const double length = question.squared_length[row];
    const std::int32_t group = question.twin_group == nullptr ? 0 : question.twin_group[row];
    const std::int64_t first = blockIdx.y * columns_of_thread * threads_of_block + threadIdx.x;
    unsigned own[histograms][2] = {};
    for (std::int64_t i = 0; i < columns_of_thread; ++i) {
        const std::int64_t c = first + i * threads_of_block;
        const std::int64_t column = question.first_column + c;
        if (c >= question.columns || column <= row)
            continue;
        const bool twins = group > 0 && question.twin_group[column] == group;
        const double d2 = gpu::squared_distance(products[c], length, question.squared_length[column], twins);
        const std::uint32_t bits = __float_as_uint(static_cast<float>(d2));
        STRATOSCOPE_UNROLL
        for (unsigned h = 0; h < histograms; ++h) {
            const Cells& cells = question.cells[h];
            const std::uint32_t cell = gpu::cell_of(bits, cells.lowest_bits, cells.shift, cells.last);
            own[h][0] += cell == 0 ? 1U : 0U;
            own[h][1] += cell == cells.last ? 1U : 0U;
            if (cell != 0 && cell != cells.last)
                atomicAdd(reinterpret_cast<unsigned long long*>(cells.counts) + cell, 1ULL);
        }
    }
    STRATOSCOPE_UNROLL
    for (unsigned h = 0; h < histograms; ++h)
        for (unsigned end = 0; end < 2; ++end)
            if (own[h][end] > 0)
                atomicAdd(&at_ends[h][end], own[h][end]);
    __syncthreads();
    if (threadIdx.x < 2 * histograms) {
        const Cells& cells = question.cells[threadIdx.x / 2];
        const unsigned count = at_ends[threadIdx.x / 2][threadIdx.x % 2];
        if (count > 0)
            atomicAdd(reinterpret_cast<unsigned long long*>(cells.counts) +
                          (threadIdx.x % 2 == 0 ? 0 : cells.last),
                      static_cast<unsigned long long>(count));
    }
}

} // namespace

std::string launch(const Question& question, void* stream) {
    if (question.rows == 0 || question.columns == 0)
        return {};
    const std::int64_t columns_of_block = columns_of_thread * threads_of_block;
    const dim3 blocks(static_cast<unsigned>(question.rows),
                      static_cast<unsigned>((question.columns + columns_of_block - 1) / columns_of_block));
    count_cells<<<blocks, threads_of_block, 0, static_cast<cudaStream_t>(stream)>>>(question);
    const cudaError_t status = cudaGetLastError();
    return status == cudaSuccess ? std::string() : std::string(cudaGetErrorString(status));
}

} // namespace stratoscope::engine::distance_cells
