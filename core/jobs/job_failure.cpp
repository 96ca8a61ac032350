#include "core/jobs/job_failure.h"

#include <filesystem>
#include <new>

namespace stratoscope::jobs {
namespace {

Failure from(const Error& error) {
    return {.kind = error.kind(), .parts = error.parts(), .text = error.what()};
}

} // namespace

Failure failure_of(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const Error& error) {
        return from(error);
    } catch (const std::bad_alloc&) {
        return from(
            Error(ErrorKind::out_of_memory,
                  {.what = "there is not enough memory for this",
                   .advice = "Choose fewer layers or a subset of the images, or close other programs."}));
    } catch (const std::filesystem::filesystem_error& error) {
        return from(
            Error(ErrorKind::io, {.what = error.code().message(),
                                  .where = error.path1().string(),
                                  .advice = "Check that the file or folder exists and may be read."}));
    } catch (const std::exception& error) {
        return from(
            Error(ErrorKind::internal, {.what = std::string("the program made a mistake: ") + error.what(),
                                        .advice = "Please report this."}));
    } catch (...) {
        return from(Error(ErrorKind::internal, {.what = "the program made a mistake of an unknown kind",
                                                .advice = "Please report this."}));
    }
}

} // namespace stratoscope::jobs
