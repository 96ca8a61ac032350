// dimension: how many coordinates the images of each layer would need.
#include "app/cli/commands.h"
#include "app/cli/compare_options.h"
#include "app/cli/text_output.h"
#include "core/engine/layer_store.h"
#include "core/measures/intrinsic_dimension.h"

#include <CLI/CLI.hpp>

#include <cmath>
#include <iomanip>
#include <memory>
#include <sstream>

namespace stratoscope::cli {
namespace {

struct DimensionOptions {
    InputOptions input;
    std::string layers;
    std::string distance = "euclidean";
    std::string output;
};

std::string json_text(const measures::LayerDimensions& found) {
    Json layers = Json::array();
    for (const measures::LayerDimension& one : found.layers) {
        Json scales = Json::array();
        for (const measures::DimensionAtScale& scale : one.gride)
            scales.push_back({{"neighbour", scale.neighbour},
                              {"value", number(scale.value)},
                              {"standard_error", number(scale.standard_error)},
                              {"distance", number(scale.distance)}});
        layers.push_back({{"layer", one.layer.path()},
                          {"depth", one.layer.depth},
                          {"two_nn", number(one.two_nn)},
                          {"two_nn_error", number(one.two_nn_error)},
                          {"left_out", one.left_out},
                          {"gride", scales}});
    }
    Json warnings = Json::array();
    for (const Warning& warning : found.warnings)
        warnings.push_back({{"code", warning.code}, {"layer", warning.layer}, {"message", warning.message}});
    return text_of({{"name", "intrinsic_dimension"},
                    {"distance", name_of(found.distance)},
                    {"images", found.images},
                    {"layers", layers},
                    {"warnings", warnings}});
}

std::string csv_text(const measures::LayerDimensions& found) {
    std::ostringstream out;
    out.precision(17);
    out << "layer,depth,distance,estimator,neighbour,value,standard_error\n";
    const auto put = [&](const measures::LayerDimension& one, const char* estimator, std::size_t neighbour,
                         double value, double error) {
        out << '"' << one.layer.path() << "\"," << one.layer.depth << ',' << name_of(found.distance) << ','
            << estimator << ',' << neighbour << ',';
        if (std::isfinite(value))
            out << value << ',' << error;
        else
            out << ',';
        out << '\n';
    };
    for (const measures::LayerDimension& one : found.layers) {
        put(one, "2nn", 2, one.two_nn, one.two_nn_error);
        for (const measures::DimensionAtScale& scale : one.gride)
            put(one, "gride", scale.neighbour, scale.value, scale.standard_error);
    }
    return out.str();
}

std::string table(const measures::LayerDimensions& found) {
    std::size_t width = 5;
    for (const measures::LayerDimension& one : found.layers)
        width = std::max(width, one.layer.path().size());
    std::ostringstream out;
    out << std::left << std::setw(static_cast<int>(width)) << "layer"
        << "  depth   2NN  ±     Gride at neighbour";
    for (const measures::DimensionAtScale& scale : found.layers.front().gride)
        out << ' ' << scale.neighbour;
    out << '\n' << std::fixed;
    for (const measures::LayerDimension& one : found.layers) {
        out << std::left << std::setw(static_cast<int>(width)) << one.layer.path() << std::right
            << std::setprecision(2) << std::setw(7) << one.layer.depth << std::setprecision(1) << std::setw(6)
            << one.two_nn << std::setw(6) << one.two_nn_error << "    ";
        for (const measures::DimensionAtScale& scale : one.gride)
            out << ' ' << std::setw(5) << scale.value;
        out << '\n';
    }
    return out.str();
}

void dimension(const DimensionOptions& options, const Streams& streams, const Cancellation& cancellation) {
    const Distance distance = asked_distance_named(options.distance);
    const TextKind kind = text_kind(options.output);
    Session session(streams, cancellation, options.input);
    const Dataset dataset = session.open();
    tell_warnings(dataset.warnings, streams);
    engine::LayerStore store;
    const std::vector<LayerId> layers =
        options.layers.empty() ? std::vector<LayerId>() : layers_matching(dataset, options.layers);
    const measures::LayerDimensions found =
        measures::intrinsic_dimensions(dataset, layers, distance, store, session.task());
    session.end_progress();
    tell_warnings(found.warnings, streams);
    write_as(kind, options.output,
             {.table = [&] { return table(found); },
              .json = [&] { return json_text(found); },
              .csv = [&] { return csv_text(found); }},
             streams);
}

} // namespace

void add_dimension(CLI::App& app, const Choose& choose) {
    CLI::App* command = app.add_subcommand(
        "dimension", "intrinsic dimension of each layer: 2NN, and Gride at neighbours 2, 4, 8, …");
    const auto options = std::make_shared<DimensionOptions>();
    options->input.add_to(*command);
    command->add_option("--layers", options->layers,
                        "only these layers: patterns like 'vit/*', several with commas");
    command->add_option("--distance", options->distance, "euclidean, cosine or hamming")
        ->capture_default_str();
    command->add_option("-o,--output", options->output,
                        "OUT.csv, OUT.json, or - for JSON; a table without it");
    command->callback([=] {
        choose([options](const Streams& streams, const Cancellation& cancellation) {
            dimension(*options, streams, cancellation);
        });
    });
}

} // namespace stratoscope::cli
