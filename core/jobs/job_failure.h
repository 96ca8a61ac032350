// The one place that turns what a job threw into something a person can be told.
#pragma once

#include "core/base/error.h"

#include <exception>
#include <string>

namespace stratoscope::jobs {

struct Failure {
    ErrorKind kind = ErrorKind::internal;
    ErrorParts parts;
    std::string text; ///< the parts put together, never empty
};

/// Error keeps its kind and parts, std::bad_alloc becomes out_of_memory, a failure of the file system io, all
/// else internal. Cancelled is not a failure: sort it out first.
[[nodiscard]] Failure failure_of(const std::exception_ptr& thrown);

} // namespace stratoscope::jobs
