// The rules themselves, on arrows made to break them: a checker that lets everything through would pass on
// any house.
#include "tests/house/include_rules.h"

#include <gtest/gtest.h>

#include <cstring>
#include <ostream>
#include <string_view>

namespace stratoscope::house {
namespace {

TEST(IncludeRules, NameTheRoomOfAPath) {
    EXPECT_EQ(room_of("core/data/dataset.h"), "core/data");
    EXPECT_EQ(room_of("ui/painting/style.h"), "ui");
    EXPECT_EQ(room_of("app/cli/main.cpp"), "app/cli");
    EXPECT_EQ(room_of("app/stratoscope_main.cpp"), "app");
    EXPECT_EQ(room_of("dataset.h"), "");
}

TEST(IncludeRules, ReadIncludesAsTheCompilerWould) {
    const auto found =
        includes_of("#include \"core/a.h\"\n  #  include <vector> // why\n// #include <no>\nint x;\n");
    EXPECT_EQ(found, (std::vector<std::string>{"\"core/a.h\"", "<vector>"}));
}

TEST(IncludeRules, LetAllowedArrowsThrough) {
    EXPECT_EQ(broken_rule("core/storage/open.cpp", "\"core/data/dataset.h\""), "");
    EXPECT_EQ(broken_rule("core/storage/open.cpp", "<hdf5.h>"), "");
    EXPECT_EQ(broken_rule("core/storage/handles_private.h", "<hdf5.h>"), "");
    EXPECT_EQ(broken_rule("core/measures/compare.cpp", "\"core/engine/pass.h\""), "");
    EXPECT_EQ(broken_rule("core/jobs/queue.h", "\"core/storage/open.h\""), "");
    EXPECT_EQ(broken_rule("ui/main_window.h", "<QMainWindow>"), "");
    EXPECT_EQ(broken_rule("ui/main_window.h", "\"ui/selection.h\""), "");
    EXPECT_EQ(broken_rule("app/stratoscope_main.cpp", "\"ui/main_window.h\""), "");
    EXPECT_EQ(broken_rule("core/base/matrix.h", "<vector>"), "");
}

struct BrokenArrow {
    const char* path;
    const char* target;
    friend void PrintTo(const BrokenArrow& arrow, std::ostream* out) { // names the test
        *out << arrow.path << " to "
             << std::string_view(arrow.target).substr(1, std::strlen(arrow.target) - 2);
    }
};

class BrokenArrows : public testing::TestWithParam<BrokenArrow> {};

TEST_P(BrokenArrows, AreSeen) {
    EXPECT_NE(broken_rule(GetParam().path, GetParam().target), "")
        << GetParam().path << " → " << GetParam().target;
}

INSTANTIATE_TEST_SUITE_P(
    Each, BrokenArrows,
    testing::Values(BrokenArrow{"core/data/dataset.h", "<QString>"},
                    BrokenArrow{"core/jobs/queue.cpp", "<QtCore/QObject>"},
                    BrokenArrow{"core/base/error.h", "\"core/data/warning.h\""},
                    BrokenArrow{"core/data/dataset.h", "\"core/storage/open.h\""},
                    BrokenArrow{"core/engine/pass.cpp", "\"core/storage/open.h\""},
                    BrokenArrow{"core/engine/pass.cpp", "\"core/measures/compare.h\""},
                    BrokenArrow{"core/analysis/smoothness.cpp", "\"core/engine/pass.h\""},
                    BrokenArrow{"core/storage/open.h", "<hdf5.h>"},
                    BrokenArrow{"core/engine/backend.h", "<torch/torch.h>"},
                    BrokenArrow{"core/engine/pass.cpp", "<hdf5.h>"},
                    BrokenArrow{"core/images/decode.h", "<opencv2/core.hpp>"},
                    BrokenArrow{"core/jobs/open_job.h", "\"core/storage/handles_private.h\""},
                    BrokenArrow{"ui/main_window.cpp", "\"core/storage/open.h\""},
                    BrokenArrow{"ui/main_window.cpp", "\"core/engine/pass.h\""},
                    BrokenArrow{"ui/main_window.cpp", "<hdf5.h>"},
                    BrokenArrow{"ui/main_window.cpp", "\"app/cli/options.h\""},
                    BrokenArrow{"app/cli/main.cpp", "\"ui/main_window.h\""},
                    BrokenArrow{"app/cli/main.cpp", "<QApplication>"},
                    BrokenArrow{"core/data/dataset.cpp", "\"dataset.h\""}));

} // namespace
} // namespace stratoscope::house
