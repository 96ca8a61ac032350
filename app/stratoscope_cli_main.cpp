// The command line: signals become a cancellation, all else is in app/cli.
#include "app/cli/command_line.h"

#include <csignal>
#include <iostream>
#include <thread>
#include <unistd.h>

namespace {

// Signals are taken by a thread of their own, so that no handler has to be careful: the first asks the work
// to stop, a second ends the program.
void watch_signals(const sigset_t& watched, stratoscope::Cancellation cancellation) {
    int signal = 0;
    if (sigwait(&watched, &signal) == 0)
        cancellation.request();
    if (sigwait(&watched, &signal) == 0)
        _exit(130);
}

} // namespace

int main(int argc, char** argv) {
    sigset_t watched;
    sigemptyset(&watched);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &watched, nullptr);
    const stratoscope::Cancellation cancellation;
    std::thread(watch_signals, watched, cancellation).detach();
    return stratoscope::cli::run_command_line(std::vector<std::string>(argv + 1, argv + argc),
                                              {std::cout, std::cerr, isatty(STDERR_FILENO) == 1},
                                              cancellation);
}
