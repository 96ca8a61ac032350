#include "core/engine/shrinking_blocks.h"

#include <gtest/gtest.h>

#include <vector>

namespace stratoscope::engine {
namespace {

// Blocks that went well, on a device that takes at most `room` rows at a time.
std::vector<std::size_t> sizes_done(std::size_t rows, BlockSizes sizes, std::size_t room, int& recovered) {
    std::vector<std::size_t> done;
    std::size_t next = 0;
    in_shrinking_blocks(
        rows, sizes,
        [&](Range range) {
            EXPECT_EQ(range.first, next) << "rows are done in order, each once";
            if (range.count > room)
                throw DeviceFull("full");
            next = range.end();
            done.push_back(range.count);
        },
        [&] { ++recovered; });
    EXPECT_EQ(next, rows);
    return done;
}

TEST(ShrinkingBlocks, GrowToTheLargest) {
    int recovered = 0;
    EXPECT_EQ(sizes_done(100, {8, 32, 4}, 1000, recovered), (std::vector<std::size_t>{8, 16, 32, 32, 12}));
    EXPECT_EQ(recovered, 0);
}

TEST(ShrinkingBlocks, HalveWhereTheDeviceIsFullAndStaySmall) {
    int recovered = 0;
    EXPECT_EQ(sizes_done(100, {8, 64, 4}, 20, recovered),
              (std::vector<std::size_t>{8, 16, 16, 16, 16, 16, 12}));
    EXPECT_EQ(recovered, 1);
}

TEST(ShrinkingBlocks, GiveUpWhereTheSmallestDoesNotFit) {
    int recovered = 0;
    EXPECT_THROW((void)sizes_done(100, {8, 64, 4}, 3, recovered), DeviceFull);
    EXPECT_EQ(recovered, 1);
}

} // namespace
} // namespace stratoscope::engine
