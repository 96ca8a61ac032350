#include "core/base/error.h"
#include "core/engine/packed_rows.h"
#include "core/engine/shrinking_blocks.h"
#include "core/engine/torch/device_histograms_internal.h"
#include "core/engine/torch/device_memory_internal.h"
#include "core/engine/torch/device_rows_internal.h"
#include "core/engine/torch/distance_cells_kernel.h"
#include "core/engine/torch/own_kernels_internal.h"

#include <ATen/record_function.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace stratoscope::engine::torch_device {
namespace {

constexpr std::size_t most_rows = 2048;
constexpr std::size_t least_rows = 16;
constexpr std::int64_t most_samples = 64;

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
    // (row, column from first on) bool: each pair once
    [[nodiscard]] at::Tensor behind_row() const {
        return at::arange(first, rows.images(), row.options()).unsqueeze(0) > row.unsqueeze(1);
    }
};

// One histogram in the making.
struct Counting {
    Counting(DistanceHistogram made, const at::Device& device)
        : histogram(std::move(made)),
          counts(at::zeros({static_cast<std::int64_t>(histogram.cells().rank.size())},
                           at::TensorOptions().dtype(at::kLong).device(device))) {}

    void add_by_aten(const at::Tensor& bits) {
        const auto lowest = static_cast<std::int64_t>(histogram.cells().lowest_bits);
        const at::Tensor above =
            at::floor_divide(bits - lowest, std::int64_t{1} << histogram.cells().shift) + 1;
        const at::Tensor cell = above.clamp(0, counts.size(0) - 1).masked_fill(bits <= lowest, 0);
        counts.add_(at::bincount(cell, {}, counts.size(0)));
    }
    void finish() {
        const at::Tensor host = counts.cpu().contiguous();
        histogram.add_counts({host.data_ptr<std::int64_t>(), static_cast<std::size_t>(host.numel())});
    }

    DistanceHistogram histogram;
    at::Tensor counts; // (cell)
};

std::vector<float> sample_of(const DeviceRows& rows, std::int64_t layer) {
    const std::int64_t samples = std::min<std::int64_t>(rows.images() - 1, most_samples);
    std::vector<std::int64_t> some;
    for (std::int64_t s = 0; s < samples; ++s)
        some.push_back(s * (rows.images() - 1) / samples);
    const Stretch stretch{rows, layer, 0, rows.numbers(some)};
    const at::Tensor values =
        stretch.squared_distances().to(at::kFloat).masked_select(stretch.behind_row()).cpu().contiguous();
    const auto* first = values.data_ptr<float>();
    return {first, first + values.numel()};
}

void add_rows(const DeviceRows& rows, std::int64_t layer, Range queries, std::array<Counting, 2>& all) {
    const auto first = static_cast<std::int64_t>(queries.first);
    const Stretch stretch{rows, layer, first,
                          at::arange(first, static_cast<std::int64_t>(queries.end()),
                                     at::TensorOptions().dtype(at::kLong).device(rows.device))};
    if (!has_own_kernels(rows.device)) {
        const at::Tensor d2 = stretch.squared_distances().to(at::kFloat).masked_select(stretch.behind_row());
        for (Counting& one : all)
            one.add_by_aten(d2.view(at::kInt).to(at::kLong));
        return;
    }
#ifdef STRATOSCOPE_CUDA_KERNELS
    const at::Tensor products = stretch.products();
    const auto cells_of = [](const Counting& one) {
        return distance_cells::Cells{one.histogram.cells().lowest_bits, one.histogram.cells().shift,
                                     static_cast<std::uint32_t>(one.counts.size(0) - 1),
                                     one.counts.data_ptr<std::int64_t>()};
    };
    const distance_cells::Question question{
        .products = products.data_ptr<double>(),
        .rows = products.size(0),
        .columns = products.size(1),
        .first_row = first,
        .first_column = first,
        .squared_length = rows.squared_lengths[layer].data_ptr<double>(),
        .twin_group = rows.twin_group.defined() ? rows.twin_group[layer].data_ptr<std::int32_t>() : nullptr,
        .cells = {cells_of(all[0]), cells_of(all[1])}};
    start_kernel(rows.device, "count distances",
                 [&](void* stream) { return distance_cells::launch(question, stream); });
#endif
}

DistanceHistogram histogram_of(const DeviceRows& rows, std::int64_t layer, const Task& task) {
    RECORD_USER_SCOPE("distance histogram");
    std::optional<std::array<Counting, 2>> counting; // for the ranks, and for the median
    telling_when_full([&] {
        const std::vector<float> sample = sample_of(rows, layer);
        counting.emplace(std::array{Counting(DistanceHistogram(sample), rows.device),
                                    Counting(DistanceHistogram::around_median(sample), rows.device)});
    });
    in_shrinking_blocks(
        rows.image_at.size(), {most_rows, most_rows, least_rows},
        [&](Range queries) {
            task.check();
            telling_when_full([&] { add_rows(rows, layer, queries, *counting); });
        },
        [] {});
    telling_when_full([&] {
        for (Counting& one : *counting)
            one.finish();
    });
    DistanceHistogram& out = (*counting)[0].histogram;
    out.settle_median((*counting)[1].histogram);
    return std::move(out);
}

} // namespace

std::vector<DistanceHistogram> device_histograms(const PreparedLayers& layers, const at::Device& device,
                                                 const Task& task) {
    const c10::InferenceMode no_gradients;
    try {
        std::optional<DeviceRows> rows;
        telling_when_full(
            [&] { rows.emplace(layers, file_order(layers.front()->images()), device, task.part(0.0, 0.2)); });
        std::vector<DistanceHistogram> out;
        for (std::size_t l = 0; l < layers.size(); ++l) {
            out.push_back(histogram_of(*rows, static_cast<std::int64_t>(l), task));
            task.report(0.2 + 0.8 * static_cast<double>(l + 1) / static_cast<double>(layers.size()),
                        "measuring distances");
        }
        return out;
    } catch (const DeviceFull& full) {
        throw Error(ErrorKind::out_of_memory, {.what = "the device's memory is full",
                                               .where = device.str(),
                                               .found = full.what(),
                                               .advice = "Ask for fewer layers or images"});
    }
}

} // namespace stratoscope::engine::torch_device
