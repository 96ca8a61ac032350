// compare: layers × layers by one or more measures, to JSON, CSV or HDF5.
#include "app/cli/commands.h"
#include "app/cli/compare_options.h"
#include "core/measures/catalogue.h"
#include "core/storage/hash.h"
#include "core/storage/results.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace stratoscope::cli {
namespace {

enum class Format { json, csv, hdf5 };

Format format_of(const std::string& output) {
    const std::string suffix = output == "-" ? ".json" : std::filesystem::path(output).extension().string();
    if (suffix == ".json")
        return Format::json;
    if (suffix == ".csv")
        return Format::csv;
    if (suffix == ".h5" || suffix == ".hdf5")
        return Format::hdf5;
    throw Error(ErrorKind::usage, {.what = "the kind of output follows from the file's name",
                                   .expected = "a name that ends in .h5, .csv or .json, or -",
                                   .found = output});
}

storage::ResultContext context_of(const Dataset& dataset, const CompareOptions& options,
                                  const std::vector<Comparison>& comparisons, std::string started,
                                  Session& session) {
    storage::ResultContext context;
    context.inputs = dataset.inputs;
    for (InputFile& input : context.inputs)
        if (std::filesystem::exists(input.path))
            input.sha256 = storage::sha256_of(input.path, session.task());
    context.software = "Stratoscope " STRATOSCOPE_VERSION;
    context.seed = options.seed;
    context.started = std::move(started);
    context.finished = now_text();
    for (const Comparison& comparison : comparisons)
        if (const auto* info = measures::find_measure(comparison.definition.measure))
            context.definitions.emplace_back(info->name, definition_of(*info));
    context.warnings = dataset.warnings;
    return context;
}

void compare(const CompareOptions& options, const Streams& streams, const Cancellation& cancellation) {
    const Format format = format_of(options.output); // before an hour's work, not after
    const std::string started = now_text();
    Session session(streams, cancellation, options.input);
    const Dataset dataset = session.open();
    tell_warnings(dataset.warnings, streams);
    const std::vector<Comparison> comparisons = compared(session, dataset, options);
    tell_warnings(comparisons, dataset, streams);
    switch (format) {
    case Format::json:
        write_output(options.output, storage::to_json(comparisons, dataset.warnings), streams);
        break;
    case Format::csv:
        write_output(options.output, storage::to_csv(comparisons), streams);
        break;
    case Format::hdf5:
        storage::write_results(options.output, comparisons,
                               context_of(dataset, options, comparisons, started, session));
        break;
    }
    remove_checkpoint(options);
}

} // namespace

void add_compare(CLI::App& app, const Choose& choose) {
    CLI::App* command = app.add_subcommand("compare", "layers × layers by one or more measures");
    const auto options = std::make_shared<CompareOptions>();
    options->add_to(*command, true);
    command->callback([=] {
        choose([options](const Streams& streams, const Cancellation& cancellation) {
            compare(*options, streams, cancellation);
        });
    });
}

} // namespace stratoscope::cli
