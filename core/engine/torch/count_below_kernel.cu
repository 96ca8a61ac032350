// The steps of count_below_steps.h on a GPU: one block of threads a row of distances (and piece of bounds).
#include "core/engine/torch/count_below_kernel.h"
#include "core/engine/torch/count_below_steps.h"

#include <algorithm>
#include <cuda_runtime.h>

namespace stratoscope::engine::count_below {
namespace {

using gpu::threads_of_block;

__global__ void __launch_bounds__(threads_of_block)
    count_rows(const __grid_constant__ Question question, unsigned pieces) {
    extern __shared__ double memory[];
    const std::int64_t row = blockIdx.x;
    const std::int64_t layer = blockIdx.y / pieces;
    const std::int64_t first = static_cast<std::int64_t>(blockIdx.y % pieces) * most_bounds;
    const std::int64_t left = question.bounds_count - first;
    const unsigned count = left < most_bounds ? static_cast<unsigned>(left) : most_bounds;
    Shared shared;
    shared.padded = gpu::padded_size(count);
    shared.bounds.value = memory;
    shared.bounds.number = reinterpret_cast<std::uint32_t*>(memory + shared.padded);
    shared.count = shared.bounds.number + shared.padded;
    shared.part = shared.count + shared.padded;
    const std::int64_t at = (layer * question.rows + row) * question.bounds_count + first;
    const double* values =
        question.values + layer * question.layer_stride + row * question.row_stride + question.first[row];
    count_row(
        shared, values, question.size[row], question.bounds + at, count, question.counts + at,
        __longlong_as_double(0x7ff0000000000000LL), threads_of_block,
        [](const auto& body) {
            body(threadIdx.x);
            __syncthreads();
        },
        [](std::uint32_t* counter) { atomicAdd(counter, 1U); });
}

} // namespace

std::string launch(const Question& question, void* stream) {
    if (question.rows == 0 || question.layers == 0 || question.bounds_count == 0)
        return {};
    const auto pieces = static_cast<unsigned>((question.bounds_count + most_bounds - 1) / most_bounds);
    const unsigned padded =
        gpu::padded_size(static_cast<unsigned>(std::min<std::int64_t>(question.bounds_count, most_bounds)));
    const std::size_t memory =
        padded * (sizeof(double) + 2 * sizeof(std::uint32_t)) + 2 * threads_of_block * sizeof(std::uint32_t);
    const dim3 blocks(static_cast<unsigned>(question.rows), static_cast<unsigned>(question.layers) * pieces);
    count_rows<<<blocks, threads_of_block, memory, static_cast<cudaStream_t>(stream)>>>(question, pieces);
    const cudaError_t status = cudaGetLastError();
    return status == cudaSuccess ? std::string() : std::string(cudaGetErrorString(status));
}

} // namespace stratoscope::engine::count_below
