#include "core/base/thread_pool.h"
#include "core/engine/torch/device_rows_internal.h"

#include <ATen/record_function.h>

#include <algorithm>
#include <utility>

namespace stratoscope::engine::torch_device {
namespace {

constexpr std::int64_t rows_at_a_time = 1024; // between two looks at the cancellation

// Sum and rounding of a float64 product of D terms: off by at most D u ‖x‖‖y‖ in any order of summation
// (Higham, Accuracy and Stability of Numerical Algorithms, 3.1), and so are the lengths: together 2D u (‖x‖²
// + ‖y‖²), and some u for rounding the shifted rows. Both distances compared are off, and the second row's
// length is bounded by the first's and the distance.
double doubt_in(const PreparedLayer& layer) {
    if (layer.exact_products())
        return 0.0;
    return 2.1 * (2.0 * static_cast<double>(layer.dimension()) + 16.0) * 0x1p-53;
}

at::ScalarType type_of(StoredRows::Kind kind) {
    switch (kind) {
    case StoredRows::Kind::float16:
        return at::kHalf;
    case StoredRows::Kind::float32:
        return at::kFloat;
    case StoredRows::Kind::float64:
        break;
    }
    return at::kDouble;
}

// The rows as stored, in the order of columns. The copy to the device runs beside the gathering of the next
// rows. Pinned memory of a former copy is used again only when that copy is done (ATen's own cache sees to
// it).
at::Tensor sent(const PreparedLayer& layer, std::span<const std::uint32_t> image_at, at::Device device,
                const Task& task) {
    const auto images = static_cast<std::int64_t>(layer.images());
    const auto dimension = static_cast<std::int64_t>(layer.dimension());
    const auto options = at::TensorOptions().dtype(type_of(layer.stored().kind()));
    at::Tensor rows = at::empty({images, dimension}, options.device(device));
    for (std::int64_t first = 0; first < images; first += rows_at_a_time) {
        task.check();
        const std::int64_t count = std::min(rows_at_a_time, images - first);
        at::Tensor staged = at::empty({count, dimension}, options.pinned_memory(device.is_cuda()));
        auto* bytes = static_cast<std::byte*>(staged.data_ptr());
        task.pool.parallel_for(static_cast<std::size_t>(count), [&](std::size_t r, std::size_t) {
            const auto row = layer.stored().bytes_of_row(image_at[static_cast<std::size_t>(first) + r]);
            std::ranges::copy(row, bytes + r * row.size());
        });
        rows.narrow(0, first, count).copy_(staged, true);
    }
    return rows;
}

struct WorkingRows {
    at::Tensor rows;    // N × D float64
    at::Tensor squared; // (column): their squared lengths
    at::Tensor shifted; // (column): half of what the shift took off the squared length
};

// PreparedLayer::working_row() for all rows, by the same operations.
WorkingRows working_rows(const PreparedLayer& layer, std::span<const std::uint32_t> image_at,
                         at::Device device, const Task& task) {
    RECORD_USER_SCOPE("sending");
    const auto numbers = [&](std::vector<double> values) {
        return at::tensor(values, at::kDouble).to(device);
    };
    WorkingRows out;
    out.rows = sent(layer, image_at, device, task).to(at::kDouble);
    if (layer.distance() == Distance::cosine) {
        std::vector<double> lengths;
        for (const std::uint32_t image : image_at)
            lengths.push_back(layer.stored_lengths()[image]);
        out.rows.div_(numbers(std::move(lengths)).unsqueeze(1));
    }
    const at::Tensor before = out.rows.square().sum(1);
    out.rows.sub_(numbers({layer.shift().begin(), layer.shift().end()}).unsqueeze(0));
    if (layer.distance() == Distance::hamming)
        out.rows.sign_();
    out.squared = out.rows.square().sum(1);
    // Signs are not shifted: their products are what they are.
    out.shifted =
        layer.distance() == Distance::hamming ? at::zeros_like(before) : (before - out.squared) / 2.0;
    return out;
}

} // namespace

std::vector<std::uint32_t> column_order(const PassPlan& plan) {
    std::vector<std::uint32_t> order = shuffled(plan.layers.front()->images(), plan.seed);
    if (plan.imbalance && !plan.error_group.empty())
        std::ranges::stable_sort(order, {}, [&](std::uint32_t image) { return plan.error_group[image]; });
    return order;
}

DeviceRows::DeviceRows(const PreparedLayers& layers, std::vector<std::uint32_t> column_order,
                       const at::Device& on, const Task& task)
    : device(on), image_at(std::move(column_order)), column_of(image_at.size()) {
    for (std::size_t column = 0; column < image_at.size(); ++column)
        column_of[image_at[column]] = static_cast<std::int64_t>(column);
    at::Tensor groups = at::zeros({static_cast<std::int64_t>(layers.size()), images()}, at::kInt);
    auto* group_of = groups.data_ptr<std::int32_t>();
    std::vector<at::Tensor> squared;
    std::vector<at::Tensor> shifts;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        const PreparedLayer& layer = *layers[l];
        WorkingRows working = working_rows(layer, image_at, device, task);
        rows.push_back(std::move(working.rows));
        squared.push_back(std::move(working.squared));
        shifts.push_back(std::move(working.shifted));
        constant.push_back(layer.constant());
        doubt.push_back(doubt_in(layer));
        // A group goes by its first image.
        bool any = false;
        for (std::size_t column = 0; column < image_at.size(); ++column)
            if (const auto twins = layer.twins(image_at[column]); !twins.empty()) {
                group_of[l * image_at.size() + column] = static_cast<std::int32_t>(twins.front() + 1);
                any = true;
            }
        has_twins.push_back(any);
        task.report(static_cast<double>(l + 1) / static_cast<double>(layers.size()), "sending layers");
    }
    squared_lengths = at::stack(squared);
    shifted = at::stack(shifts);
    lengths = squared_lengths.sqrt().to(at::kFloat);
    if (std::ranges::find(has_twins, true) != has_twins.end())
        twin_group = groups.to(device);
}

at::Tensor DeviceRows::doubt_of(const std::vector<std::int64_t>& some) const {
    std::vector<double> values;
    values.reserve(some.size());
    for (const std::int64_t layer : some)
        values.push_back(doubt[static_cast<std::size_t>(layer)]);
    return at::tensor(values, at::kDouble).to(device).view({-1, 1, 1});
}

at::Tensor DeviceRows::numbers(const std::vector<std::int64_t>& values) const {
    return at::tensor(values, at::kLong).to(device);
}

Block::Block(const DeviceRows& rows, std::vector<std::int64_t> query_columns)
    : columns(std::move(query_columns)), query(rows.numbers(columns)),
      squared_lengths(rows.squared_lengths.index_select(1, query)) {
    RECORD_USER_SCOPE("products");
    if (rows.twin_group.defined())
        twin_group = rows.twin_group.index_select(1, query);
    values = at::empty({static_cast<std::int64_t>(rows.layers()), query.size(0), rows.images()},
                       squared_lengths.options());
    for (std::size_t l = 0; l < rows.layers(); ++l) {
        at::Tensor out = values[static_cast<std::int64_t>(l)];
        at::mm_out(out, rows.rows[l].index_select(0, query), rows.rows[l].t());
    }
}

at::Tensor of_layers(const at::Tensor& tensor, const std::vector<std::int64_t>& layers) {
    const auto count = static_cast<std::int64_t>(layers.size());
    if (count == 0 || layers.back() - layers.front() + 1 == count) // rising, so these are consecutive
        return tensor.narrow(0, count == 0 ? 0 : layers.front(), count);
    return tensor.index_select(0, at::tensor(layers, at::kLong).to(tensor.device()));
}

} // namespace stratoscope::engine::torch_device
