// The commands, each of which adds itself to the parser with what to do when it is the one that was asked
// for.
#pragma once

#include "app/cli/command_line.h"

#include <functional>

namespace CLI {
class App;
}

namespace stratoscope::cli {

/// What a parsed command does; it may throw Error and Cancelled.
using Action = std::function<void(const Streams&, const Cancellation&)>;
/// Called by the command that was chosen.
using Choose = std::function<void(Action)>;

void add_info(CLI::App& app, const Choose& choose);
void add_measures(CLI::App& app, const Choose& choose);
void add_compare(CLI::App& app, const Choose& choose);
void add_smoothness(CLI::App& app, const Choose& choose);
void add_sensitivity(CLI::App& app, const Choose& choose);
void add_dimension(CLI::App& app, const Choose& choose);
void add_neighbours(CLI::App& app, const Choose& choose);
void add_divergent(CLI::App& app, const Choose& choose);
void add_extract(CLI::App& app, const Choose& choose);
void add_modules(CLI::App& app, const Choose& choose);

} // namespace stratoscope::cli
