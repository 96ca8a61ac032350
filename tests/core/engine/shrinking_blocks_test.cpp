#include "core/engine/shrinking_blocks.h"

#include <gtest/gtest.h>

#include <vector>

namespace stratoscope::engine {
namespace {

// Blocks that went well, on a device that takes at most `room` rows at a time; `before` rows are done
// already.
std::vector<std::size_t> sizes_done(std::size_t rows, BlockSizes sizes, std::size_t room, int& recovered,
                                    std::size_t before = 0) {
    std::vector<std::size_t> done;
    std::size_t next = before;
    in_shrinking_blocks(
        rows, sizes,
        [&](Range range) {
            EXPECT_EQ(range.first, next) << "rows are done in order, each once";
            if (range.count > room)
                throw DeviceFull("full");
            next = range.end();
            done.push_back(range.count);
        },
        [&] { ++recovered; }, before);
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

TEST(ShrinkingBlocks, StayMultiplesOfTheSmallest) {
    int recovered = 0;
    EXPECT_EQ(sizes_done(100, {8, 56, 8}, 30, recovered),
              (std::vector<std::size_t>{8, 16, 16, 16, 16, 16, 12}));
    EXPECT_EQ(sizes_done(60, {24, 24, 8}, 20, recovered), (std::vector<std::size_t>{8, 8, 8, 8, 8, 8, 8, 4}));
    EXPECT_EQ(recovered, 2);
}

TEST(ShrinkingBlocks, GoOnAsARunThatDidTheFirstRowsToo) {
    int recovered = 0;
    const std::vector<std::size_t> whole = sizes_done(200, {8, 32, 4}, 1000, recovered);
    std::size_t done = 0;
    for (std::size_t block = 0; block < whole.size(); done += whole[block], ++block)
        EXPECT_EQ(sizes_done(200, {8, 32, 4}, 1000, recovered, done),
                  std::vector<std::size_t>(whole.begin() + static_cast<std::ptrdiff_t>(block), whole.end()));
    EXPECT_EQ(sizes_done(200, {8, 32, 4}, 1000, recovered, 200), std::vector<std::size_t>());
    EXPECT_EQ(sizes_done(60, {8, 32, 4}, 1000, recovered, 12), (std::vector<std::size_t>{16, 32}))
        << "of a run whose blocks were others";
}

TEST(ShrinkingBlocks, GiveUpWhereTheSmallestDoesNotFit) {
    int recovered = 0;
    EXPECT_THROW((void)sizes_done(100, {8, 64, 4}, 3, recovered), DeviceFull);
    EXPECT_EQ(recovered, 1);
}

} // namespace
} // namespace stratoscope::engine
