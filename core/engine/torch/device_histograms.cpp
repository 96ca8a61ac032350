// Idea: each pair's distance is counted twice, in the cells that ranks are made of, and in some that are one
// float32 wide, around the median of a sample, so that the median of all is exact.
#include "core/base/thread_pool.h"
#include "core/engine/packed_rows.h"
#include "core/engine/shrinking_blocks.h"
#include "core/engine/torch/device_histograms_internal.h"
#include "core/engine/torch/device_memory_internal.h"
#include "core/engine/torch/distance_cells_kernel.h"
#include "core/engine/torch/own_kernels_internal.h"

#include <ATen/record_function.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace stratoscope::engine::torch_device {
namespace {

constexpr std::size_t most_rows = 2048;
constexpr std::size_t least_rows = 16;
constexpr std::int64_t most_samples = 64;
constexpr std::int64_t cells_around_median = std::int64_t{1} << 20;

// A layer's squared distances of some rows to the columns from `first` on.
struct Stretch {
    const DeviceRows& rows;
    std::int64_t layer;
    std::int64_t first;
    at::Tensor row; // (row) int64: columns

    [[nodiscard]] at::Tensor products() const {
        const at::Tensor& all = rows.rows[static_cast<std::size_t>(layer)];
        return at::mm(all.index_select(0, row), all.narrow(0, first, rows.images() - first).t());
    }
    [[nodiscard]] at::Tensor squared_distances() const {
        const auto of_columns = [&](const at::Tensor& by_column) {
            return by_column[layer].narrow(0, first, rows.images() - first).unsqueeze(0);
        };
        const auto own = [&](const at::Tensor& by_column) {
            return by_column[layer].index_select(0, row).unsqueeze(1);
        };
        at::Tensor d2 =
            (own(rows.squared_lengths) + of_columns(rows.squared_lengths) - 2.0 * products()).clamp_min(0.0);
        if (rows.twin_group.defined()) {
            const at::Tensor group = own(rows.twin_group);
            d2.masked_fill_((of_columns(rows.twin_group) == group).logical_and(group > 0), 0.0);
        }
        return d2;
    }
    // As float32, each pair once.
    [[nodiscard]] at::Tensor pairs() const {
        const at::Tensor behind =
            at::arange(first, rows.images(), row.options()).unsqueeze(0) > row.unsqueeze(1);
        return squared_distances().to(at::kFloat).masked_select(behind);
    }
};

// Cells of float32's bit patterns, as RankTable has them, and what was counted in them.
struct Cells {
    std::uint32_t lowest_bits = 0;
    unsigned shift = 0;
    at::Tensor counts; // (cell) int64

    // Of as many bit patterns, what is to be added to `counts`.
    [[nodiscard]] at::Tensor counted_by_aten(const at::Tensor& bits) const {
        const at::Tensor above =
            at::floor_divide(bits - static_cast<std::int64_t>(lowest_bits), std::int64_t{1} << shift) + 1;
        const at::Tensor cell =
            above.clamp(0, counts.size(0) - 1).masked_fill(bits <= static_cast<std::int64_t>(lowest_bits), 0);
        return at::bincount(cell, {}, counts.size(0));
    }
};

// One layer's in the making.
struct Counting {
    Cells of_ranks;
    Cells of_median;
};

at::Tensor no_counts(std::int64_t cells, const DeviceRows& rows) {
    return at::zeros({cells}, at::TensorOptions().dtype(at::kLong).device(rows.device));
}

Counting begun(const DeviceRows& rows, std::int64_t layer) {
    RECORD_USER_SCOPE("sample of distances");
    const std::int64_t samples = std::min<std::int64_t>(rows.images() - 1, most_samples);
    std::vector<std::int64_t> some;
    for (std::int64_t s = 0; s < samples; ++s)
        some.push_back(s * (rows.images() - 1) / samples);
    const at::Tensor sample = std::get<0>(Stretch{rows, layer, 0, rows.numbers(some)}.pairs().sort());
    const at::Tensor most = sample[-1];
    const at::Tensor least = sample.masked_fill(sample == 0.0F, std::numeric_limits<float>::infinity()).min();
    const at::Tensor ends = at::stack({at::minimum(least, most), most, sample[sample.size(0) / 2]}).cpu();
    const auto* end = ends.data_ptr<float>();
    const DistanceCells cells = cells_between(end[0], end[1]);
    const auto middle = std::bit_cast<std::uint32_t>(end[2]);
    constexpr auto half = static_cast<std::uint32_t>(cells_around_median / 2);
    return {{cells.lowest_bits, cells.shift, no_counts(static_cast<std::int64_t>(cells.count), rows)},
            {middle - std::min(middle, half), 0, no_counts(cells_around_median, rows)}};
}

void add_rows(const DeviceRows& rows, std::int64_t layer, Range queries, Counting& counting) {
    const auto first = static_cast<std::int64_t>(queries.first);
    const Stretch stretch{rows, layer, first,
                          at::arange(first, static_cast<std::int64_t>(queries.end()),
                                     at::TensorOptions().dtype(at::kLong).device(rows.device))};
    if (!has_own_kernels(rows.device)) {
        const at::Tensor bits = stretch.pairs().view(at::kInt).to(at::kLong);
        // Both before either is added: rows that don't fit the device's memory come again.
        const at::Tensor of_ranks = counting.of_ranks.counted_by_aten(bits);
        const at::Tensor of_median = counting.of_median.counted_by_aten(bits);
        counting.of_ranks.counts.add_(of_ranks);
        counting.of_median.counts.add_(of_median);
        return;
    }
#ifdef STRATOSCOPE_CUDA_KERNELS
    const at::Tensor products = stretch.products();
    const auto described = [](const Cells& cells) {
        return distance_cells::Cells{cells.lowest_bits, cells.shift,
                                     static_cast<std::uint32_t>(cells.counts.size(0) - 1),
                                     cells.counts.data_ptr<std::int64_t>()};
    };
    const distance_cells::Question question{
        .products = products.data_ptr<double>(),
        .rows = products.size(0),
        .columns = products.size(1),
        .first_row = first,
        .first_column = first,
        .squared_length = rows.squared_lengths[layer].data_ptr<double>(),
        .twin_group = rows.twin_group.defined() ? rows.twin_group[layer].data_ptr<std::int32_t>() : nullptr,
        .cells = {described(counting.of_ranks), described(counting.of_median)}};
    start_kernel(rows.device, "count distances",
                 [&](void* stream) { return distance_cells::launch(question, stream); });
#endif
}

// The middle two of all distances, where they lie within the cells.
std::optional<std::pair<float, float>> middle_two_in(const Cells& cells, std::int64_t pairs) {
    const at::Tensor places = at::tensor({(pairs - 1) / 2, pairs / 2}, at::kLong).to(cells.counts.device());
    const at::Tensor found = at::searchsorted(cells.counts.cumsum(0), places, false, /*right=*/true).cpu();
    const auto* cell = found.data_ptr<std::int64_t>();
    const auto value = [&](std::int64_t at) {
        return std::bit_cast<float>(cells.lowest_bits + static_cast<std::uint32_t>(at == 0 ? 0 : at - 1));
    };
    const bool zero_is_first = cells.lowest_bits == 0;
    if ((cell[0] == 0 && !zero_is_first) || cell[1] >= cells.counts.size(0) - 1)
        return std::nullopt;
    return std::pair(value(cell[0]), value(cell[1]));
}

void count(const DeviceRows& rows, std::int64_t layer, Counting& counting, const Task& task) {
    RECORD_USER_SCOPE("distance histogram");
    in_shrinking_blocks(
        rows.image_at.size(), {most_rows, most_rows, least_rows},
        [&](Range queries) {
            task.check();
            telling_when_full([&] { add_rows(rows, layer, queries, counting); });
        },
        [] {});
}

std::vector<DistanceHistogram> finished(const std::vector<Counting>& all, std::int64_t images,
                                        const Task& task) {
    RECORD_USER_SCOPE("histograms to the processors");
    const std::int64_t pairs = images * (images - 1) / 2;
    std::vector<at::Tensor> counts;
    std::vector<std::optional<std::pair<float, float>>> middle;
    // Half as much to copy wherever that holds the counts.
    const bool narrow = pairs <= std::numeric_limits<std::int32_t>::max();
    for (const Counting& one : all) {
        const at::Tensor here = one.of_ranks.counts.to(narrow ? at::kInt : at::kLong);
        const bool pinned = here.is_cuda();
        counts.push_back(at::empty(here.sizes(), here.options().device(at::kCPU).pinned_memory(pinned)));
        counts.back().copy_(here, /*non_blocking=*/true);
        middle.push_back(middle_two_in(one.of_median, pairs)); // waits for both
    }
    std::vector<std::optional<DistanceHistogram>> made(all.size());
    task.pool.parallel_for(all.size(), [&](std::size_t l, std::size_t) {
        const auto cells = static_cast<std::size_t>(counts[l].numel());
        DistanceHistogram& out =
            made[l].emplace(DistanceCells{all[l].of_ranks.lowest_bits, all[l].of_ranks.shift, cells});
        if (narrow)
            out.add_counts(std::span<const std::int32_t>(counts[l].data_ptr<std::int32_t>(), cells));
        else
            out.add_counts(std::span<const std::int64_t>(counts[l].data_ptr<std::int64_t>(), cells));
        if (middle[l])
            out.settle_median(middle[l]->first, middle[l]->second);
    });
    std::vector<DistanceHistogram> out;
    for (auto& one : made)
        out.push_back(std::move(*one));
    return out;
}

} // namespace

std::vector<DistanceHistogram> device_histograms(const DeviceRows& rows, const Task& task) {
    std::vector<DistanceHistogram> out;
    telling_the_engine(rows.device, [&] {
        std::vector<Counting> all;
        for (std::size_t l = 0; l < rows.layers(); ++l) {
            const auto layer = static_cast<std::int64_t>(l);
            all.push_back(begun(rows, layer));
            count(rows, layer, all.back(), task);
            task.report(static_cast<double>(l + 1) / static_cast<double>(rows.layers()),
                        "measuring distances");
        }
        out = finished(all, rows.images(), task);
    });
    return out;
}

} // namespace stratoscope::engine::torch_device
