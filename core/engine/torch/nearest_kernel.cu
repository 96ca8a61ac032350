// The steps of nearest_steps.h on a GPU: one block of threads a row of one layer.
#include "core/engine/torch/distance_steps.h"
#include "core/engine/torch/nearest_kernel.h"
#include "core/engine/torch/nearest_steps.h"

#include <cuda_runtime.h>

namespace stratoscope::engine::nearest {
namespace {

using gpu::threads_of_block;

template <unsigned Minima>
__global__ void __launch_bounds__(threads_of_block) look_at_rows(const __grid_constant__ Question question) {
    __shared__ double value[capacity];
    __shared__ std::uint32_t number[capacity];
    __shared__ std::uint32_t counts[2];
    const double infinity = __longlong_as_double(0x7ff0000000000000LL);
    const std::int64_t row = blockIdx.x;
    const std::int64_t layer = blockIdx.y;
    const std::int64_t first = question.first[row];
    const std::int64_t size = question.size[row];
    double* values = question.values + (layer * question.rows + row) * question.columns + first;
    const double* lengths = question.squared_length + layer * question.columns + first;
    const std::int32_t* groups =
        question.twin_group == nullptr ? nullptr : question.twin_group + layer * question.columns + first;
    const std::int64_t itself = question.itself[row] - first;
    const double own_length = question.products ? lengths[itself] : 0.0;
    const std::int32_t own_group = question.products && groups != nullptr ? groups[itself] : 0;
    struct Fetched {
        double value;
        double length;
    };
    const auto load = [&](std::int64_t column) {
        return Fetched{values[column], question.products ? lengths[column] : 0.0};
    };
    const auto settle = [&](std::int64_t column, const Fetched& fetched) {
        if (!question.products)
            return fetched.value;
        const bool twins = own_group > 0 && groups[column] == own_group;
        const double d2 = column == itself
                              ? infinity
                              : gpu::squared_distance(fetched.value, own_length, fetched.length, twins);
        values[column] = d2;
        return d2;
    };
    const int listed = question.places == 0 ? -1 : question.listed[layer];
    if (listed < 0) {
        if (question.products)
            for (std::int64_t column = threadIdx.x; column < size; column += threads_of_block)
                (void)settle(column, load(column));
        return;
    }
    const std::int64_t at = (listed * question.rows + row) * question.places;
    const bool all = look_at_row<Minima>(
        Shared{{value, number}, counts, counts + 1}, load, settle, values, size, first,
        Places{question.near_value + at, question.near_column + at, static_cast<unsigned>(question.places)},
        infinity, threads_of_block,
        [](const auto& body) {
            body(threadIdx.x);
            __syncthreads();
        },
        [](std::uint32_t* counter) { return atomicAdd(counter, 1U); });
    if (!all && threadIdx.x == 0)
        question.lost[row] = true;
}

} // namespace

std::string launch(const Question& question, void* stream) {
    if (question.rows == 0 || question.layers == 0)
        return {};
    const dim3 blocks(static_cast<unsigned>(question.rows), static_cast<unsigned>(question.layers));
    const auto kernel = question.places <= few_places ? look_at_rows<1> : look_at_rows<most_minima>;
    kernel<<<blocks, threads_of_block, 0, static_cast<cudaStream_t>(stream)>>>(question);
    const cudaError_t status = cudaGetLastError();
    return status == cudaSuccess ? std::string() : std::string(cudaGetErrorString(status));
}

} // namespace stratoscope::engine::nearest
