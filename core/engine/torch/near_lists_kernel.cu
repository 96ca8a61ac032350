// The steps of near_lists_steps.h on a GPU: one thread a list of a row.
#include "core/engine/torch/near_lists_kernel.h"
#include "core/engine/torch/near_lists_steps.h"

#include <cuda_runtime.h>

namespace stratoscope::engine::near_lists {
namespace {

// Few: there are some ten thousand lists in all, which are to spread over the multiprocessors.
constexpr unsigned threads = 64;

__global__ void __launch_bounds__(threads) look_at_lists(const __grid_constant__ Question question) {
    const std::int64_t row = blockIdx.x * std::int64_t{threads} + threadIdx.x;
    const std::int64_t number = blockIdx.y;
    if (row >= question.rows)
        return;
    const std::int64_t list_and_row = number * question.rows + row;
    const std::int64_t at = list_and_row * question.length;
    const List list{question.value + at,
                    question.place + at,
                    question.length,
                    question.doubt[number],
                    question.squared_length[list_and_row],
                    question.twin_group == nullptr ? nullptr
                                                   : question.twin_group + number * question.columns};
    const Runs runs{question.begin + at, question.end + at, question.there + at};
    if (find_runs(list, runs, __longlong_as_double(0x7ff0000000000000LL)))
        question.unsure[row] = true;
    for (std::int64_t k = 0; k < question.ks; ++k)
        weigh(runs, question.length, question.k[k * question.rows + row],
              question.weight + (k * question.lists * question.rows + list_and_row) * question.length);
}

} // namespace

std::string launch(const Question& question, void* stream) {
    if (question.rows == 0 || question.lists == 0)
        return {};
    const dim3 blocks(static_cast<unsigned>((question.rows + threads - 1) / threads),
                      static_cast<unsigned>(question.lists));
    look_at_lists<<<blocks, threads, 0, static_cast<cudaStream_t>(stream)>>>(question);
    const cudaError_t status = cudaGetLastError();
    return status == cudaSuccess ? std::string() : std::string(cudaGetErrorString(status));
}

} // namespace stratoscope::engine::near_lists
