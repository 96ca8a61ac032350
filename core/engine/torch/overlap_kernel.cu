// The steps of overlap_steps.h on a GPU: one block of threads a row.
#include "core/engine/torch/overlap_kernel.h"
#include "core/engine/torch/overlap_steps.h"

#include <cuda_runtime.h>

namespace stratoscope::engine::overlap {
namespace {

// There are fewer layers than in other kernels threads: more blocks a multiprocessor instead.
constexpr unsigned threads = 128;
__global__ void __launch_bounds__(threads) compare_rows(const __grid_constant__ Question question) {
    extern __shared__ double memory[];
    const auto length = static_cast<unsigned>(question.length);
    const Lists lists = lists_in(memory, static_cast<unsigned>(question.layers), length);
    const std::int64_t row = blockIdx.x;
    for (unsigned at = threadIdx.x; at < lists.layers * length; at += threads) {
        const std::int64_t layer = at / length;
        const std::int64_t from = (layer * question.rows + row) * question.length + at % length;
        lists.end[at] = static_cast<std::uint16_t>(question.end[from]);
        const std::int64_t tenth = question.tenth[from];
        lists.tenth[at] = tenth < 0 ? nothing : static_cast<std::uint16_t>(tenth);
        lists.place[at] = static_cast<std::uint32_t>(question.place[from]);
        lists.position[at] = static_cast<std::uint16_t>(question.position[from]);
    }
    __syncthreads();
    compare_lists(
        lists, question.k, static_cast<unsigned>(question.tenths),
        [&](unsigned choice, unsigned a, unsigned b, double sum) {
            double* out =
                question.shared + (choice * question.rows + row) * question.layers * question.layers;
            out[a * question.layers + b] = sum;
            out[b * question.layers + a] = sum;
        },
        threads,
        [](const auto& body) {
            body(threadIdx.x);
            __syncthreads();
        });
}

// Of shared memory, that a block may have when it asks.
std::size_t most_bytes(int gpu) {
    int bytes = 0;
    const cudaError_t status = cudaDeviceGetAttribute(&bytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, gpu);
    return status == cudaSuccess ? static_cast<std::size_t>(bytes) : 0;
}

} // namespace

bool fits(std::int64_t layers, std::int64_t length, int gpu) {
    return length < nothing &&
           bytes_of(static_cast<std::size_t>(layers), static_cast<std::size_t>(length)) <= most_bytes(gpu);
}

std::string launch(const Question& question, void* stream) {
    if (question.rows == 0 || question.layers == 0)
        return {};
    const std::size_t bytes =
        bytes_of(static_cast<std::size_t>(question.layers), static_cast<std::size_t>(question.length));
    cudaError_t status = cudaFuncSetAttribute(compare_rows, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                              static_cast<int>(bytes));
    if (status != cudaSuccess)
        return cudaGetErrorString(status);
    compare_rows<<<static_cast<unsigned>(question.rows), threads, bytes, static_cast<cudaStream_t>(stream)>>>(
        question);
    status = cudaGetLastError();
    return status == cudaSuccess ? std::string() : std::string(cudaGetErrorString(status));
}

} // namespace stratoscope::engine::overlap
