// The one exception of the core: what went wrong, said so that a person can act on it.
#pragma once

#include <stdexcept>
#include <string>

namespace stratoscope {

/// Decides the exit code of the command line (sysexits.h numbers).
enum class ErrorKind {
    usage = 64,
    bad_data = 65,
    no_input = 66,
    no_device = 69,
    internal = 70,
    out_of_memory = 71,
    cannot_write = 73,
    io = 74,
};

/// The parts of a message; leave empty what does not apply.
struct ErrorParts {
    std::string what = {};     ///< one sentence without a full stop: "the layer holds NaN"
    std::string where = {};    ///< file, dataset, layer, image
    std::string expected = {}; ///< what the program needed
    std::string found = {};    ///< what there was
    std::string advice = {};   ///< what to do about it; a sentence of its own in the message
};

class Error : public std::runtime_error {
  public:
    Error(ErrorKind kind, ErrorParts parts);

    [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
    [[nodiscard]] const ErrorParts& parts() const noexcept { return parts_; }
    [[nodiscard]] int exit_code() const noexcept { return static_cast<int>(kind_); }

  private:
    ErrorKind kind_;
    ErrorParts parts_;
};

} // namespace stratoscope
