// The command line as a function, so that tests can call it.
#pragma once

#include "core/base/cancellation.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace stratoscope::cli {

struct Streams {
    std::ostream& out; ///< data
    std::ostream& err; ///< progress and messages
    bool err_is_terminal = false;
};

/// arguments: without the program's name. Returns the exit code: 0 done, 64 … 74 as ErrorKind, 130
/// interrupted.
[[nodiscard]] int run_command_line(std::vector<std::string> arguments, const Streams& streams,
                                   const Cancellation& cancellation);

} // namespace stratoscope::cli
