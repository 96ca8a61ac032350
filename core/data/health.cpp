#include "core/data/health.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <unordered_set>
#include <utility>

namespace stratoscope {
namespace {

constexpr std::size_t rows_at_a_time = 256;

std::uint64_t hash_of(std::span<const double> row) {
    std::uint64_t hash = 0x9e3779b97f4a7c15ULL;
    for (const double value : row) {
        hash = (hash ^ std::bit_cast<std::uint64_t>(value == 0.0 ? 0.0 : value)) * 0xff51afd7ed558ccdULL;
        hash ^= hash >> 32;
    }
    return hash;
}

std::string counted(std::size_t count, const char* one, const char* many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

void add_layer_lines(const Dataset& dataset, const LayerHealth& layer, std::vector<HealthLine>& lines) {
    const std::string path = dataset.path_of(layer.layer);
    if (layer.nonfinite_rows > 0) {
        lines.push_back({Severity::problem, "nonfinite", path,
                         counted(layer.nonfinite_rows, "image has", "images have") +
                             " NaN or infinite values, the first is \"" +
                             dataset.images.ids[layer.first_nonfinite] + "\"; the layer is left out"});
        return;
    }
    if (layer.constant) {
        lines.push_back(
            {Severity::notice, "constant_layer", path, "the same for every image, so it tells nothing"});
        return;
    }
    if (layer.duplicate_rows > 0)
        lines.push_back(
            {Severity::notice, "duplicate_rows", path,
             counted(layer.duplicate_rows, "row equals", "rows equal") + " that of an earlier image"});
    if (layer.zero_rows > 0)
        lines.push_back(
            {Severity::notice, "zero_row", path,
             counted(layer.zero_rows, "row is", "rows are") + " all zero, and without direction for cosine"});
}

void add_few_images_line(const Dataset& dataset, const std::vector<LayerHealth>& layers,
                         std::vector<HealthLine>& lines) {
    std::size_t wide = 0;
    const LayerHealth* widest = nullptr;
    for (const LayerHealth& layer : layers) {
        wide += dataset.images.size() < 2 * layer.dimension ? 1 : 0;
        if (widest == nullptr || layer.dimension > widest->dimension)
            widest = &layer;
    }
    if (wide > 0)
        lines.push_back({Severity::notice, "few_images", "",
                         counted(wide, "layer has", "layers have") +
                             " more than half as many dimensions as there are images (" +
                             std::to_string(dataset.images.size()) + "; up to " +
                             std::to_string(widest->dimension) + " in " + dataset.path_of(widest->layer) +
                             "): biased CKA is near 1 for anything there"});
}

} // namespace

LayerHealth read_health(const Dataset& dataset, LayerId id, const Task& task) {
    const RowSource& rows = *dataset.layer(id).rows;
    LayerHealth health{.layer = id, .images = rows.rows(), .dimension = rows.cols()};
    Matrix<double> block(std::min(rows_at_a_time, rows.rows()), rows.cols());
    std::unordered_set<std::uint64_t> seen;
    for (std::size_t first = 0; first < rows.rows(); first += rows_at_a_time) {
        task.check();
        const std::size_t count = std::min(rows_at_a_time, rows.rows() - first);
        rows.read(first, block.view().middle_rows(0, count));
        for (std::size_t r = 0; r < count; ++r) {
            const std::span<const double> row = std::as_const(block).row(r);
            if (!std::ranges::all_of(row, [](double value) { return std::isfinite(value); })) {
                health.first_nonfinite = health.nonfinite_rows++ == 0 ? first + r : health.first_nonfinite;
                continue;
            }
            health.zero_rows += std::ranges::all_of(row, [](double value) { return value == 0.0; }) ? 1 : 0;
            health.duplicate_rows += seen.insert(hash_of(row)).second ? 0 : 1;
        }
        task.report(static_cast<double>(first + count) / static_cast<double>(rows.rows()), "checking layers");
    }
    health.constant = health.nonfinite_rows == 0 && seen.size() == 1 && rows.rows() > 1;
    return health;
}

Health check_health(const Dataset& dataset, const std::vector<LayerHealth>& layers) {
    Health health{layers, {}};
    for (const Warning& warning : dataset.warnings)
        health.lines.push_back({warning.code == "unusable_layer" ? Severity::problem : Severity::notice,
                                warning.code, warning.layer, warning.message});
    for (const LayerHealth& layer : layers)
        add_layer_lines(dataset, layer, health.lines);
    if (dataset.images.size() < 4)
        health.lines.push_back(
            {Severity::problem, "too_few_images", "", "comparing layers takes at least 4 images"});
    add_few_images_line(dataset, layers, health.lines);
    if (dataset.images.ids_are_positions)
        health.lines.push_back(
            {Severity::notice, "no_ids", "",
             "the images have no ids, so rows are matched by position and named by number"});
    else
        health.lines.push_back({Severity::fine, "ok", "",
                                std::to_string(dataset.images.size()) +
                                    (dataset.inputs.size() > 1 ? " images, matched by id over all files"
                                                               : " images, each with its id")});
    const auto finite = static_cast<std::size_t>(
        std::ranges::count_if(layers, [](const LayerHealth& layer) { return layer.nonfinite_rows == 0; }));
    if (!layers.empty() && finite == layers.size())
        health.lines.push_back({Severity::fine, "ok", "",
                                "all values of " + counted(finite, "layer", "layers") + " are finite"});
    std::ranges::stable_sort(health.lines, std::greater{},
                             [](const HealthLine& line) { return static_cast<int>(line.severity); });
    return health;
}

} // namespace stratoscope
