#include "core/jobs/job_failure.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <new>
#include <stdexcept>

namespace stratoscope::jobs {
namespace {

template <class Thrown>
Failure failure_from(const Thrown& thrown) {
    return failure_of(std::make_exception_ptr(thrown));
}

TEST(Failure, KeepsKindAndPartsOfAnError) {
    const Error error(ErrorKind::bad_data, {.what = "the layer holds NaN",
                                            .where = "vit/blocks.3",
                                            .expected = "numbers",
                                            .found = "NaN in row 7",
                                            .advice = "Leave it out."});
    const Failure failure = failure_from(error);
    EXPECT_EQ(failure.kind, ErrorKind::bad_data);
    EXPECT_EQ(failure.parts.where, "vit/blocks.3");
    EXPECT_EQ(failure.parts.found, "NaN in row 7");
    EXPECT_EQ(failure.text, error.what());
}

TEST(Failure, OfMemorySaysWhatToDo) {
    const Failure failure = failure_from(std::bad_alloc());
    EXPECT_EQ(failure.kind, ErrorKind::out_of_memory);
    EXPECT_NE(failure.parts.advice.find("subset"), std::string::npos);
    EXPECT_FALSE(failure.text.empty());
}

TEST(Failure, OfTheFileSystemNamesTheFile) {
    const std::filesystem::filesystem_error thrown("open", "/photos/cat.jpg",
                                                   std::make_error_code(std::errc::permission_denied));
    const Failure failure = failure_from(thrown);
    EXPECT_EQ(failure.kind, ErrorKind::io);
    EXPECT_EQ(failure.parts.where, "/photos/cat.jpg");
    EXPECT_EQ(failure.parts.what, std::make_error_code(std::errc::permission_denied).message());
}

TEST(Failure, OfAnyOtherKindIsOurs) {
    EXPECT_EQ(failure_from(std::logic_error("vector::at")).kind, ErrorKind::internal);
    EXPECT_NE(failure_from(std::logic_error("vector::at")).text.find("vector::at"), std::string::npos);
    EXPECT_EQ(failure_from(42).kind, ErrorKind::internal);
    EXPECT_FALSE(failure_from(42).text.empty());
}

} // namespace
} // namespace stratoscope::jobs
