// The steps of rank_sums_steps.h on a GPU: one block of threads a row of a layer (and so many lists as it can
// rank).
#include "core/engine/torch/rank_sums_kernel.h"
#include "core/engine/torch/rank_sums_steps.h"

#include <cuda_runtime.h>

namespace stratoscope::engine::rank_sums {
namespace {

using gpu::threads_of_block;
static_assert(most_places <= interval_counts::most_intervals);

__global__ void __launch_bounds__(threads_of_block)
    rank_rows(const __grid_constant__ Question question, unsigned pieces, unsigned lists_of_piece) {
    extern __shared__ double memory[];
    const double infinity = __longlong_as_double(0x7ff0000000000000LL);
    const std::int64_t row = blockIdx.x;
    const std::int64_t layer = blockIdx.y / pieces;
    const unsigned first_list = blockIdx.y % pieces * lists_of_piece;
    const unsigned count = min(static_cast<unsigned>(question.lists) - first_list, lists_of_piece);

    const double* d2 = question.d2 + layer * question.layer_stride + row * question.row_stride;
    const bool any_twins = question.twin_group != nullptr;
    const std::int32_t* groups = any_twins ? question.twin_group + layer * question.columns : nullptr;
    const Row of_layer{d2,
                       question.squared_length[layer * question.rows + row],
                       question.doubt[layer],
                       groups,
                       any_twins ? groups[question.itself[row]] : 0,
                       any_twins ? question.twins + layer * question.columns : nullptr};
    const std::int64_t at = (first_list * question.rows + row) * question.list_length;
    const Lists lists{question.place + at, question.there + at, question.rows * question.list_length,
                      static_cast<unsigned>(question.length)};
    const unsigned slots = count * lists.length;
    const interval_counts::Shared shared = interval_counts::shared_in(memory, gpu::padded_size(slots));
    interval_counts::count_row(
        shared, d2 + question.first[row], question.size[row], slots,
        [&](unsigned slot) { return interval_of(of_layer, lists, slot, infinity); }, infinity,
        threads_of_block,
        [](const auto& body) {
            body(threadIdx.x);
            __syncthreads();
        },
        [](std::uint32_t* counter) { atomicAdd(counter, 1U); });
    if (ranks_by_slot(shared, of_layer, lists, slots, threadIdx.x, threads_of_block))
        question.unsure[row] = true;
    __syncthreads();
    for (unsigned each = threadIdx.x; each < count * question.ks; each += threads_of_block) {
        const std::int64_t k = each / count;
        const unsigned list = each % count;
        const double* weight =
            question.weight +
            ((k * question.lists + first_list + list) * question.rows + row) * question.list_length;
        question
            .sum[((k * question.rows + row) * question.lists + first_list + list) * question.layers + layer] =
            sum_of(shared, lists, list, weight);
    }
}

} // namespace

std::string launch(const Question& question, void* stream) {
    if (question.rows == 0 || question.layers == 0 || question.lists == 0)
        return {};
    const Pieces pieces = pieces_of(question.lists, question.length);
    const unsigned padded = gpu::padded_size(static_cast<unsigned>(pieces.lists * question.length));
    const dim3 blocks(static_cast<unsigned>(question.rows),
                      static_cast<unsigned>(question.layers * pieces.count));
    rank_rows<<<blocks, threads_of_block, interval_counts::bytes_of(padded, threads_of_block),
                static_cast<cudaStream_t>(stream)>>>(question, static_cast<unsigned>(pieces.count),
                                                     static_cast<unsigned>(pieces.lists));
    const cudaError_t status = cudaGetLastError();
    return status == cudaSuccess ? std::string() : std::string(cudaGetErrorString(status));
}

} // namespace stratoscope::engine::rank_sums
