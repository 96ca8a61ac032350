// info: what is in the files, and how healthy it is.
#include "app/cli/commands.h"
#include "app/cli/session.h"
#include "app/cli/text_output.h"
#include "core/data/health.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iomanip>
#include <memory>
#include <ostream>

namespace stratoscope::cli {
namespace {

struct InfoOptions {
    InputOptions input;
    bool json = false;
    bool quick = false;
};

std::string_view name_of_severity(Severity severity) {
    switch (severity) {
    case Severity::fine:
        return "fine";
    case Severity::notice:
        return "notice";
    case Severity::problem:
        return "problem";
    }
    return "";
}

std::string shape_text(const std::vector<std::size_t>& shape) {
    std::string text;
    for (const std::size_t size : shape)
        text += (text.empty() ? "" : " × ") + std::to_string(size);
    return text;
}

Health health_of(const Dataset& dataset, bool quick, Session& session) {
    std::vector<LayerHealth> layers;
    const std::vector<LayerId> all = dataset.all_layers();
    for (std::size_t i = 0; i < all.size() && !quick; ++i) {
        const double share = 1.0 / static_cast<double>(all.size());
        if (dataset.layer(all[i]).usable())
            layers.push_back(read_health(
                dataset, all[i],
                session.task().part(static_cast<double>(i) * share, static_cast<double>(i + 1) * share)));
    }
    return check_health(dataset, layers);
}

Json as_json(const Dataset& dataset, const Health& health) {
    Json models = Json::array();
    for (const Model& model : dataset.models) {
        Json layers = Json::array();
        for (const Layer& layer : model.layers) {
            Json one{{"name", layer.name},       {"index", layer.index},   {"depth", layer.depth},
                     {"pooling", layer.pooling}, {"module", layer.module}, {"usable", layer.usable()}};
            if (layer.rows)
                one.update(
                    {{"dimension", layer.rows->cols()}, {"type", name_of(layer.rows->element_type())}});
            if (!layer.shape.empty())
                one["shape"] = layer.shape;
            if (!layer.usable())
                one["reason"] = layer.unusable;
            layers.push_back(std::move(one));
        }
        models.push_back({{"name", model.name},
                          {"title", model.title},
                          {"family", model.family},
                          {"objective", model.objective},
                          {"layers", layers}});
    }
    Json lines = Json::array();
    for (const HealthLine& line : health.lines)
        lines.push_back({{"severity", name_of_severity(line.severity)},
                         {"code", line.code},
                         {"layer", line.layer},
                         {"message", line.text}});
    Json inputs = Json::array();
    for (const InputFile& input : dataset.inputs)
        inputs.push_back(input.path.string());
    return {{"inputs", inputs},
            {"images", dataset.images.size()},
            {"ids", dataset.images.ids_are_positions ? "positions" : "file"},
            {"labels", !dataset.images.labels.empty()},
            {"thumbnails", dataset.images.thumbnails != nullptr},
            {"paths", !dataset.images.paths.empty()},
            {"statistics", dataset.images.statistics.names},
            {"models", models},
            {"health", lines}};
}

void print(std::ostream& out, const Dataset& dataset, const Health& health) {
    for (const InputFile& input : dataset.inputs)
        out << input.path.string() << '\n';
    out << dataset.images.size() << " images"
        << (dataset.images.ids_are_positions ? ", without ids (counted from 0)" : ", with ids")
        << (dataset.images.labels.empty() ? "" : ", labels")
        << (dataset.images.thumbnails ? ", thumbnails" : "")
        << (dataset.images.paths.empty() ? "" : ", paths")
        << (dataset.images.statistics.empty() ? "" : ", low-level statistics") << "\n\n";
    for (const Model& model : dataset.models) {
        out << model.name;
        if (model.title != model.name)
            out << "  \"" << model.title << '"';
        for (const std::string& fact : {model.family, model.objective})
            if (!fact.empty())
                out << "  · " << fact;
        out << "  · " << model.layers.size() << (model.layers.size() == 1 ? " layer\n" : " layers\n");
        std::size_t widest = 0;
        for (const Layer& layer : model.layers)
            widest = std::max(widest, layer.name.size());
        for (const Layer& layer : model.layers) {
            out << "  " << std::fixed << std::setprecision(2) << layer.depth << std::defaultfloat
                << std::setprecision(6) << "  " << layer.name << std::string(widest - layer.name.size(), ' ');
            if (layer.usable())
                out << "  " << std::setw(6) << layer.rows->cols() << " dimensions  "
                    << name_of(layer.rows->element_type());
            if (!layer.pooling.empty())
                out << "  " << layer.pooling;
            if (!layer.shape.empty())
                out << "  of " << shape_text(layer.shape);
            if (!layer.usable())
                out << "  can't be used: " << layer.unusable;
            out << '\n';
        }
    }
    out << "\nHealth\n";
    for (const HealthLine& line : health.lines)
        out << "  "
            << (line.severity == Severity::fine     ? "ok      "
                : line.severity == Severity::notice ? "notice  "
                                                    : "problem ")
            << (line.layer.empty() ? "" : line.layer + ": ") << line.text << '\n';
}

} // namespace

void add_info(CLI::App& app, const Choose& choose) {
    CLI::App* command =
        app.add_subcommand("info", "models, layers, shapes and health of files of activations");
    const auto options = std::make_shared<InfoOptions>();
    options->input.add_to(*command);
    command->add_flag("--json", options->json, "as JSON");
    command->add_flag("--quick", options->quick,
                      "don't read the activations: no search for NaN, constants and duplicates");
    command->callback([=] {
        choose([options](const Streams& streams, const Cancellation& cancellation) {
            Session session(streams, cancellation, options->input);
            const Dataset dataset = session.open();
            const Health health = health_of(dataset, options->quick, session);
            session.end_progress();
            if (options->json)
                streams.out << text_of(as_json(dataset, health)) << '\n';
            else
                print(streams.out, dataset, health);
        });
    });
}

} // namespace stratoscope::cli
