// sensitivity: how the value of one pair of layers depends on k and on pooling.
#include "app/cli/commands.h"
#include "app/cli/compare_options.h"
#include "app/cli/text_output.h"
#include "core/engine/layer_store.h"
#include "core/measures/catalogue.h"
#include "core/measures/sensitivity.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <memory>
#include <sstream>

namespace stratoscope::cli {
namespace {

struct SensitivityOptions {
    InputOptions input;
    std::string from;
    std::string to;
    std::string measure = "information_imbalance";
    std::string distance = "euclidean";
    std::vector<std::size_t> ks{1, 2, 5, 10, 30, 100};
    std::string output;
};

// One row of what is written: a pooling, a direction and a k.
struct Row {
    const ComparedLayer& from;
    const ComparedLayer& to;
    const measures::SensitivityPoint& point;
};

std::vector<Row> rows_of(const measures::Sensitivity& found) {
    std::vector<Row> rows;
    for (const measures::SensitivityCurve& curve : found.curves) {
        for (const measures::SensitivityPoint& point : curve.forward)
            rows.push_back({curve.from, curve.to, point});
        for (const measures::SensitivityPoint& point : curve.backward)
            rows.push_back({curve.to, curve.from, point});
    }
    return rows;
}

std::string json_text(const measures::Sensitivity& found) {
    Json values = Json::array();
    for (const Row& row : rows_of(found))
        values.push_back({{"from", row.from.path()},
                          {"to", row.to.path()},
                          {"from_pooling", row.from.pooling},
                          {"to_pooling", row.to.pooling},
                          {"k", row.point.k == 0 ? Json(nullptr) : Json(row.point.k)},
                          {"value", number(row.point.value)},
                          {"standard_error", number(row.point.standard_error)},
                          {"floor", number(row.point.floor)},
                          {"null", number(row.point.null_value)},
                          {"excess", number(row.point.excess())},
                          {"excess_error", number(row.point.excess_error())}});
    return text_of({{"measure", found.definition.measure},
                    {"version", found.definition.version},
                    {"distance", name_of(found.definition.distance)},
                    {"images", found.definition.images},
                    {"values", values}});
}

std::string csv_text(const measures::Sensitivity& found) {
    std::ostringstream out;
    out.precision(17);
    out << "measure,distance,images,from,to,from_pooling,to_pooling,k,value,standard_error,floor,null,excess,"
           "excess_error\n";
    for (const Row& row : rows_of(found)) {
        out << found.definition.measure << ',' << name_of(found.definition.distance) << ','
            << found.definition.images << ",\"" << row.from.path() << "\",\"" << row.to.path() << "\","
            << row.from.pooling << ',' << row.to.pooling << ',';
        if (row.point.k > 0)
            out << row.point.k;
        for (const double value : {row.point.value, row.point.standard_error, row.point.floor,
                                   row.point.null_value, row.point.excess(), row.point.excess_error()}) {
            out << ',';
            if (std::isfinite(value))
                out << value;
        }
        out << '\n';
    }
    return out.str();
}

std::string table(const measures::Sensitivity& found) {
    const std::vector<Row> rows = rows_of(found);
    std::size_t width = 4;
    for (const Row& row : rows)
        width = std::max({width, row.from.path().size(), row.to.path().size()});
    std::ostringstream out;
    out << std::left << std::setw(static_cast<int>(width)) << "from"
        << "  " << std::setw(static_cast<int>(width)) << "to"
        << "      k    value  ±        excess ±\n"
        << std::fixed;
    for (const Row& row : rows) {
        out << std::left << std::setw(static_cast<int>(width)) << row.from.path() << "  "
            << std::setw(static_cast<int>(width)) << row.to.path() << std::right << std::setw(7)
            << (row.point.k == 0 ? std::string("-") : std::to_string(row.point.k)) << std::setprecision(4)
            << std::setw(9) << row.point.value << std::setw(8) << row.point.standard_error << std::setw(9)
            << row.point.excess() << std::setw(8) << row.point.excess_error() << '\n';
    }
    out << "excess: 0 = same, 1 = unrelated; only excess compares across k\n";
    return out.str();
}

void sensitivity(const SensitivityOptions& options, const Streams& streams,
                 const Cancellation& cancellation) {
    const Distance distance = asked_distance_named(options.distance);
    const measures::MeasureInfo* info = measures::find_measure(options.measure);
    if (info == nullptr)
        throw measures::no_such_measure(options.measure);
    const TextKind kind = text_kind(options.output);
    Session session(streams, cancellation, options.input);
    const Dataset dataset = session.open();
    tell_warnings(dataset.warnings, streams);
    engine::LayerStore store;
    const measures::Sensitivity found =
        measures::sensitivity(dataset,
                              {layer_named(dataset, options.from), layer_named(dataset, options.to),
                               std::string(info->name), options.ks, distance},
                              store, session.task());
    session.end_progress();
    tell_warnings(found.warnings, streams);
    write_as(kind, options.output,
             {.table = [&] { return table(found); },
              .json = [&] { return json_text(found); },
              .csv = [&] { return csv_text(found); }},
             streams);
}

} // namespace

void add_sensitivity(CLI::App& app, const Choose& choose) {
    CLI::App* command = app.add_subcommand(
        "sensitivity",
        "how the value of one pair of layers depends on k, and on pooling where there are several");
    const auto options = std::make_shared<SensitivityOptions>();
    options->input.add_to(*command);
    command->add_option("--from", options->from, "MODEL/LAYER")->required();
    command->add_option("--to", options->to, "MODEL/LAYER")->required();
    command->add_option("--measure", options->measure, "one of `stratoscope-cli measures`")
        ->capture_default_str();
    command->add_option("-k", options->ks, "numbers of neighbours; those that N does not allow are left out")
        ->delimiter(',')
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--distance", options->distance, "euclidean, cosine or hamming")
        ->capture_default_str();
    command->add_option("-o,--output", options->output,
                        "OUT.csv, OUT.json, or - for JSON; a table without it");
    command->callback([=] {
        choose([options](const Streams& streams, const Cancellation& cancellation) {
            sensitivity(*options, streams, cancellation);
        });
    });
}

} // namespace stratoscope::cli
