#include "app/cli/command_line.h"

#include "app/cli/commands.h"
#include "core/base/error.h"
#include "core/base/nearest_name.h"

#include <CLI/CLI.hpp>

#include <new>
#include <ostream>

namespace stratoscope::cli {
namespace {

constexpr int interrupted = 130;

int run_action(const Action& action, const Streams& streams, const Cancellation& cancellation) {
    try {
        action(streams, cancellation);
        streams.out.flush();
        if (!streams.out)
            throw Error(ErrorKind::io,
                        {.what = "the output could not be written", .where = "standard output"});
        return 0;
    } catch (const Error& error) {
        streams.err << "stratoscope-cli: " << error.what() << '\n';
        return error.exit_code();
    } catch (const Cancelled&) {
        streams.err << "stratoscope-cli: interrupted\n";
        return interrupted;
    } catch (const std::bad_alloc&) {
        streams.err
            << "stratoscope-cli: out of memory; compare fewer layers (--layers) or fewer images (--subset)\n";
        return static_cast<int>(ErrorKind::out_of_memory);
    } catch (const std::exception& error) {
        streams.err << "stratoscope-cli: an error inside the program: " << error.what() << '\n';
        return static_cast<int>(ErrorKind::internal);
    }
}

// CLI11 says of a mistyped command only that one is required.
Error no_such_command(const CLI::App& app, const std::vector<std::string>& arguments) {
    std::vector<std::string_view> names;
    std::string list;
    for (const CLI::App* command : app.get_subcommands({})) {
        names.push_back(command->get_name());
        list += (list.empty() ? "" : ", ") + command->get_name();
    }
    const std::string asked = arguments.empty() ? "" : arguments.front();
    const std::string meant(nearest_name(asked, names));
    return {ErrorKind::usage,
            {.what = asked.empty() ? "a command is needed" : "there is no command \"" + asked + "\"",
             .expected = "one of " + list,
             .advice = (meant.empty() ? "" : "Did you mean " + meant + "? ") +
                       "`stratoscope-cli --help` tells more"}};
}

} // namespace

int run_command_line(std::vector<std::string> arguments, const Streams& streams,
                     const Cancellation& cancellation) {
    CLI::App app("Stratoscope: see where vision models diverge, layer by layer.", "stratoscope-cli");
    app.set_version_flag("--version", STRATOSCOPE_VERSION);
    app.require_subcommand(1);
    app.footer(
        "Exit codes: 0 done, 64 wrong usage, 65 bad data, 66 no such input, 69 no such device, 70 internal "
        "error, "
        "71 out of memory,\n73 can't write the output, 74 reading or writing failed, 130 interrupted.");
    Action action;
    const Choose choose = [&action](Action chosen) { action = std::move(chosen); };
    add_info(app, choose);
    add_measures(app, choose);
    add_compare(app, choose);
    add_smoothness(app, choose);
    add_sensitivity(app, choose);
    add_dimension(app, choose);
    add_neighbours(app, choose);
    add_divergent(app, choose);
    add_modules(app, choose);
    add_extract(app, choose);

    try {
        std::vector<std::string> reversed(arguments.rbegin(), arguments.rend()); // as CLI11 wants a vector
        app.parse(std::move(reversed));
    } catch (const CLI::ParseError& error) {
        const bool asked =
            error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success); // --help, --version
        if (!asked && app.get_subcommands().empty())
            return run_action(
                [&](const Streams&, const Cancellation&) { throw no_such_command(app, arguments); }, streams,
                cancellation);
        app.exit(error, streams.out, streams.err);
        return asked ? 0 : static_cast<int>(ErrorKind::usage);
    }
    return run_action(action, streams, cancellation);
}

} // namespace stratoscope::cli
