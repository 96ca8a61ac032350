// measures: the catalogue, for people or as JSON.
#include "app/cli/commands.h"
#include "core/measures/catalogue.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <ostream>

namespace stratoscope::cli {
namespace {

nlohmann::ordered_json as_json() {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const measures::MeasureInfo& info : measures::catalogue()) {
        nlohmann::ordered_json options = nlohmann::ordered_json::array();
        if (info.takes_k)
            options.push_back("k");
        if (info.takes_distance)
            options.push_back("distance");
        list.push_back({{"name", info.name},
                        {"title", info.title},
                        {"version", info.version},
                        {"direction", name_of(info.direction)},
                        {"sense", name_of(info.sense)},
                        {"range", info.range},
                        {"floor", text_of(info.floor)},
                        {"null", text_of(info.null_value)},
                        {"options", options},
                        {"summary", info.summary},
                        {"definition", definition_of(info)},
                        {"source", info.source}});
    }
    nlohmann::ordered_json named = nlohmann::ordered_json::array();
    for (const measures::Preset& preset : measures::presets()) {
        nlohmann::ordered_json one{
            {"name", preset.name}, {"title", preset.title}, {"measure", preset.measure}};
        one["k"] = preset.k ? nlohmann::ordered_json(*preset.k) : nlohmann::ordered_json(nullptr);
        one["distance"] = name_of(preset.distance);
        named.push_back(std::move(one));
    }
    return {{"measures", list}, {"presets", named}};
}

void print(std::ostream& out) {
    for (const measures::MeasureInfo& info : measures::catalogue())
        out << info.name << "  (" << name_of(info.direction) << "; "
            << (info.sense == Sense::distance ? "0 = same" : "1 = same") << (info.takes_k ? "; -k" : "")
            << (info.takes_distance ? "; --distance" : "") << ")\n  " << info.summary << "\n  range   "
            << info.range << "\n  same    " << text_of(info.floor) << "\n  null    "
            << text_of(info.null_value) << "\n  means   " << definition_of(info) << "\n  source  "
            << info.source << "\n\n";
    out << "Presets\n";
    for (const measures::Preset& preset : measures::presets())
        out << "  --preset " << preset.name << "  " << preset.title << '\n';
}

} // namespace

void add_measures(CLI::App& app, const Choose& choose) {
    CLI::App* command =
        app.add_subcommand("measures", "every measure: name, direction, sense, range, definition, source");
    const auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "as JSON");
    command->callback([=] {
        choose([json](const Streams& streams, const Cancellation&) {
            if (*json)
                streams.out << as_json().dump(2) << '\n';
            else
                print(streams.out);
        });
    });
}

} // namespace stratoscope::cli
