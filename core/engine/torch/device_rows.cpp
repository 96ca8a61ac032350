#include "core/base/thread_pool.h"
#include "core/engine/torch/device_rows_internal.h"

#include <ATen/record_function.h>

#include <algorithm>
#include <utility>

namespace stratoscope::engine::torch_device {
namespace {

// Some megabytes: enough for the device's bus, little enough for all threads to have some.
constexpr std::int64_t rows_of_part = 1024;
// Of layers that are sent together; their rows as stored are on the device beside those to work with.
constexpr std::size_t bytes_together = std::size_t{128} << 20;

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

// Of its rows as stored, wherever they lie here.
std::size_t bytes_on_device(const PreparedLayer& layer) {
    return layer.images() * layer.dimension() * c10::elementSize(type_of(layer.stored().kind()));
}

// Rows of a layer that one thread gathers and sends.
struct Part {
    std::size_t layer;
    std::int64_t first;
    std::int64_t count;
};

// The rows of some layers as stored, in the order of the file. All threads gather at once, over all the
// layers, since they wake slowly; pinned memory of a former copy is used again only when that copy is done
// (ATen's own cache sees to it).
std::vector<at::Tensor> sent(std::span<const std::shared_ptr<const PreparedLayer>> layers, at::Device device,
                             const Task& task) {
    RECORD_USER_SCOPE("sending");
    std::vector<at::Tensor> out;
    std::vector<Part> parts;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        const auto images = static_cast<std::int64_t>(layers[l]->images());
        out.push_back(
            at::empty({images, static_cast<std::int64_t>(layers[l]->dimension())},
                      at::TensorOptions().dtype(type_of(layers[l]->stored().kind())).device(device)));
        for (std::int64_t first = 0; first < images; first += rows_of_part)
            parts.push_back({l, first, std::min(rows_of_part, images - first)});
    }
    task.pool.parallel_for(parts.size(), [&](std::size_t at, std::size_t) {
        const c10::InferenceMode no_gradients; // a thread's own
        task.check();
        const Part& part = parts[at];
        const StoredRows& stored = layers[part.layer]->stored();
        const at::Tensor rows = out[part.layer].narrow(0, part.first, part.count);
        const at::Tensor staged =
            at::empty(rows.sizes(), rows.options().device(at::kCPU).pinned_memory(device.is_cuda()));
        auto* to = static_cast<std::byte*>(staged.data_ptr());
        for (std::int64_t r = 0; r < part.count; ++r) {
            const auto row = stored.bytes_of_row(static_cast<std::size_t>(part.first + r));
            to = std::ranges::copy(row, to).out;
        }
        rows.copy_(staged, /*non_blocking=*/true);
    });
    return out;
}

struct WorkingRows {
    at::Tensor rows;    // N × D float64
    at::Tensor squared; // (column): their squared lengths
    at::Tensor shifted; // (column): half of what the shift took off the squared length
};

// PreparedLayer::working_row() for all columns, by the same operations. stored: of the layer, as sent;
// image_at: (column) int64.
WorkingRows working_rows(const PreparedLayer& layer, const at::Tensor& stored, const at::Tensor& image_at) {
    const at::Device device = image_at.device();
    const auto numbers = [&](std::span<const double> values) {
        return at::tensor(at::ArrayRef<double>(values.data(), values.size()), at::kDouble).to(device);
    };
    WorkingRows out;
    out.rows = stored.index_select(0, image_at).to(at::kDouble);
    if (layer.distance() == Distance::cosine)
        out.rows.div_(numbers(layer.stored_lengths()).index_select(0, image_at).unsqueeze(1));
    const at::Tensor before = out.rows.square().sum(1);
    out.rows.sub_(numbers(layer.shift()).unsqueeze(0));
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
    const at::Tensor images_on_device = numbers({image_at.begin(), image_at.end()});
    std::vector<at::Tensor> squared;
    std::vector<at::Tensor> shifts;
    std::vector<at::Tensor> stored; // of the layers sent_from … sent_upto − 1
    std::size_t sent_from = 0;
    std::size_t sent_upto = 0;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        const PreparedLayer& layer = *layers[l];
        if (l == sent_upto) {
            const std::size_t first = sent_upto;
            for (std::size_t bytes = 0; sent_upto < layers.size() && (bytes == 0 || bytes < bytes_together);
                 ++sent_upto)
                bytes += bytes_on_device(*layers[sent_upto]);
            stored = sent(std::span(layers).subspan(first, sent_upto - first), device, task);
            sent_from = first;
        }
        WorkingRows working = working_rows(layer, std::exchange(stored[l - sent_from], {}), images_on_device);
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
    doubts = at::tensor(doubt, at::kDouble).to(device);
    squared_lengths = at::stack(squared);
    shifted = at::stack(shifts);
    lengths = squared_lengths.sqrt().to(at::kFloat);
    if (std::ranges::find(has_twins, true) != has_twins.end())
        twin_group = groups.to(device);
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

namespace {

// rising numbers
bool consecutive(const std::vector<std::int64_t>& numbers) {
    return numbers.empty() ||
           numbers.back() - numbers.front() + 1 == static_cast<std::int64_t>(numbers.size());
}

at::Tensor index_of(const std::vector<std::int64_t>& layers, const at::Tensor& like) {
    return at::tensor(layers, at::kLong).to(like.device());
}

} // namespace

at::Tensor of_layers(const at::Tensor& tensor, const std::vector<std::int64_t>& layers) {
    if (consecutive(layers))
        return tensor.narrow(0, layers.empty() ? 0 : layers.front(),
                             static_cast<std::int64_t>(layers.size()));
    return tensor.index_select(0, index_of(layers, tensor));
}

at::Tensor with_layers(const at::Tensor& tensor, std::int64_t dimension,
                       const std::vector<std::int64_t>& layers, const at::Tensor& values) {
    if (static_cast<std::int64_t>(layers.size()) == tensor.size(dimension))
        return values;
    at::Tensor out = tensor.clone();
    if (consecutive(layers))
        out.narrow(dimension, layers.front(), static_cast<std::int64_t>(layers.size())).copy_(values);
    else
        out.index_copy_(dimension, index_of(layers, tensor), values);
    return out;
}

} // namespace stratoscope::engine::torch_device
