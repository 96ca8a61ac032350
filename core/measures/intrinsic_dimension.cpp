#include "core/measures/intrinsic_dimension.h"

#include "core/base/physical_memory.h"
#include "core/base/thread_pool.h"
#include "core/engine/distance_blocks.h"
#include "core/engine/layer_store.h"
#include "core/engine/near_order.h"
#include "core/engine/subsets.h"
#include "core/measures/jackknife.h"
#include "core/measures/layer_warnings.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace stratoscope::measures {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double used_share = 0.9; // of the ratios, by 2NN
constexpr std::size_t rows_at_a_time = 256;
constexpr std::size_t fewest_ratios = 4;
constexpr std::size_t largest_neighbour = 1024;

// Distances of each image to its 1st, 2nd, 4th, 8th, … neighbour that is not its equal.
Matrix<double> neighbour_distances(const engine::PreparedLayer& layer, std::size_t scales, const Task& task) {
    const std::size_t images = layer.images();
    const std::vector<std::uint32_t> order = engine::file_order(images);
    const std::vector<std::shared_ptr<const engine::PreparedLayer>> alone{
        std::shared_ptr<const engine::PreparedLayer>(std::shared_ptr<void>(), &layer)};
    engine::DistanceBlocks blocks(
        alone, order,
        {.blocks = engine::blocks_of(images, rows_at_a_time),
         .tile_bytes = std::min(images * images * sizeof(float), physical_memory() / 4)},
        task);
    Matrix<double> out(images, scales, undefined);
    std::vector<engine::NearOrder> near(task.pool.size());
    std::vector<engine::NearestPlaces> places(task.pool.size());
    std::vector<engine::DistanceBlocks::RowRoom> rooms(task.pool.size());
    const std::size_t count = std::size_t{1} << (scales - 1);
    for (std::size_t block = 0; block < blocks.blocks().size(); ++block) {
        blocks.compute(block, task);
        const engine::Range rows = blocks.blocks()[block];
        task.pool.parallel_for(rows.count, [&](std::size_t r, std::size_t worker) {
            task.check();
            const std::size_t image = rows.first + r;
            if (!layer.twins(image).empty())
                return; // an equal image: the first distance is 0 and there is no ratio
            near[worker].look_at(layer, image, {blocks.row(0, r, rooms[worker]), images});
            near[worker].nearest(count, places[worker]);
            for (std::size_t scale = 0; scale < scales; ++scale)
                out(image, scale) = std::sqrt(
                    near[worker].exact_squared_distance(places[worker].place[(std::size_t{1} << scale) - 1]));
        });
        task.report(blocks.share_of_products(block), "measuring dimension");
    }
    return out;
}

double jackknifed(const std::vector<double>& ratios, const std::vector<std::uint32_t>& tenth) {
    std::vector<double> values;
    for (std::uint32_t out = 0; out < engine::jackknife_groups; ++out) {
        std::vector<double> left;
        for (std::size_t i = 0; i < ratios.size(); ++i)
            if (tenth[i] != out)
                left.push_back(ratios[i]);
        values.push_back(two_nn_of(std::move(left)));
    }
    return jackknife_error(values);
}

void measure(LayerDimension& out, const engine::PreparedLayer& layer, const std::vector<std::uint32_t>& tenth,
             const Task& task) {
    const std::size_t images = layer.images();
    std::size_t scales = 2;
    while ((std::size_t{2} << (scales - 1)) <= std::min(largest_neighbour, images / 4))
        ++scales;
    const Matrix<double> distance = neighbour_distances(layer, scales, task);
    for (std::size_t scale = 1; scale < scales; ++scale) {
        std::vector<double> ratios;
        std::vector<std::uint32_t> groups;
        double sum = 0.0;
        for (std::size_t i = 0; i < images; ++i)
            if (distance(i, scale - 1) > 0.0) {
                ratios.push_back(distance(i, scale) / distance(i, scale - 1));
                groups.push_back(tenth[i]);
                sum += distance(i, scale);
            }
        if (scale == 1) {
            out.left_out = images - ratios.size();
            out.two_nn = two_nn_of(ratios);
            out.two_nn_error = jackknifed(ratios, groups);
        }
        out.gride.push_back(gride_of(ratios, std::size_t{1} << scale));
        out.gride.back().distance = ratios.empty() ? undefined : sum / static_cast<double>(ratios.size());
    }
}

std::string why_undefined(const LayerDimension& layer, std::size_t images) {
    if (images - layer.left_out < fewest_ratios)
        return std::to_string(layer.left_out) + " of " + std::to_string(images) +
               " images have an equal one, which leaves too few to measure a dimension";
    return "the two nearest of every image are at the same distance, which tells no dimension";
}

} // namespace

double two_nn_of(std::vector<double> ratios) {
    const std::size_t n = ratios.size();
    if (n < fewest_ratios)
        return undefined;
    std::ranges::sort(ratios);
    const auto used = static_cast<std::size_t>(std::floor(used_share * static_cast<double>(n)));
    double xy = 0.0;
    double xx = 0.0;
    for (std::size_t i = 0; i < used; ++i) {
        const double x = std::log(ratios[i]);
        const double y = -std::log(1.0 - static_cast<double>(i + 1) / static_cast<double>(n));
        xy += x * y;
        xx += x * x;
    }
    return xx > 0.0 ? xy / xx : undefined;
}

DimensionAtScale gride_of(const std::vector<double>& ratios, std::size_t n2) {
    DimensionAtScale out{n2, undefined, undefined, undefined};
    if (ratios.size() < fewest_ratios)
        return out;
    const auto n = static_cast<double>(ratios.size());
    const std::size_t n1 = n2 / 2;
    const auto inner = static_cast<double>(n2 - n1 - 1);
    double logs = 0.0;
    for (const double ratio : ratios)
        logs += std::log(ratio);
    if (!(logs > 0.0))
        return out;
    // The derivative of the log-likelihood falls with d: n/d + inner·Σ log μ/(1 − μ^−d) − (n₂ − 1)·Σ log μ.
    const auto slope = [&](double d) {
        double sum = 0.0;
        for (const double ratio : ratios) {
            const double x = std::log(ratio);
            sum += x * d > 1e-12 ? x / -std::expm1(-x * d) : 1.0 / d; // a tie of both distances: the limit
        }
        return n / d + inner * sum - static_cast<double>(n2 - 1) * logs;
    };
    double low = 1e-6;
    double high = 1.0;
    while (slope(high) > 0.0 && high < 1e6)
        high *= 2.0;
    for (int step = 0; step < 100 && high - low > 1e-12 * high; ++step) {
        const double middle = (low + high) / 2.0;
        (slope(middle) > 0.0 ? low : high) = middle;
    }
    out.value = (low + high) / 2.0;
    const double d = out.value;
    double curvature = n / (d * d);
    for (const double ratio : ratios) {
        const double x = std::log(ratio);
        const double s = std::sinh(x * d / 2.0);
        if (inner > 0.0)
            curvature += inner * (x * d > 1e-6 ? x * x / (4.0 * s * s) : 1.0 / (d * d));
    }
    out.standard_error = 1.0 / std::sqrt(curvature);
    return out;
}

LayerDimensions intrinsic_dimensions(const Dataset& dataset, std::vector<LayerId> layers, Distance distance,
                                     engine::LayerStore& store, const Task& task) {
    const std::size_t images = dataset.images.size();
    if (images < 4)
        throw Error(ErrorKind::bad_data, {.what = "too few images to measure a dimension",
                                          .expected = "at least 4",
                                          .found = std::to_string(images)});
    if (layers.empty())
        layers = dataset.all_layers();
    const std::vector<std::uint32_t> tenth =
        engine::groups_by_position(dataset.images, engine::jackknife_groups);
    LayerDimensions out{distance, images, {}, {}};
    for (std::size_t at = 0; at < layers.size(); ++at) {
        const Model& model = dataset.model(layers[at]);
        const Layer& layer = dataset.layer(layers[at]);
        LayerDimension& one = out.layers.emplace_back();
        one.layer = {model.name,  layer.name,  model.title,  model.family,
                     layer.index, layer.depth, layer.module, layer.pooling};
        one.two_nn = one.two_nn_error = undefined;
        const auto count = static_cast<double>(layers.size());
        try {
            if (!layer.usable())
                throw Error(ErrorKind::bad_data, {.what = why_unusable(layer)});
            const auto prepared =
                store.get(dataset, layers[at], distance, Task{task.pool, task.cancellation, {}});
            if (prepared->constant())
                out.warnings.push_back(
                    {"constant_layer", one.layer.path(), "is the same for every image and has no dimension"});
            else
                measure(one, *prepared, tenth,
                        task.part(static_cast<double>(at) / count, static_cast<double>(at + 1) / count));
            if (!prepared->constant() && std::isnan(one.two_nn))
                out.warnings.push_back({"no_dimension", one.layer.path(), why_undefined(one, images)});
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::bad_data && error.kind() != ErrorKind::io)
                throw;
            out.warnings.push_back(
                {"unusable_layer", one.layer.path(), without_layer(error, one.layer.path())});
        }
    }
    return out;
}

} // namespace stratoscope::measures
