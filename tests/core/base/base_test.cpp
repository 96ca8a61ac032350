// The tools under everything: half floats, names in order, sizes that do not fit, threads, time left.
#include "core/base/error.h"
#include "core/base/float16.h"
#include "core/base/matrix.h"
#include "core/base/natural_order.h"
#include "core/base/nearest_name.h"
#include "core/base/plugin.h"
#include "core/base/thread_pool.h"
#include "core/base/time_left.h"

#include <gtest/gtest.h>

#include <atomic>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

namespace stratoscope {
namespace {

TEST(NearestName, IsTheOneWithFewestChangesOrNone) {
    const std::vector<std::string_view> known{"information_imbalance", "cka", "cknna", "procrustes",
                                              "overlap"};
    EXPECT_EQ(nearest_name("ckaa", known), "cka");
    EXPECT_EQ(nearest_name("cknn", known), "cknna");
    EXPECT_EQ(nearest_name("procustres", known), "procrustes");
    EXPECT_EQ(nearest_name("informaton-imbalance", known), "information_imbalance");
    EXPECT_EQ(nearest_name("overlap", known), "overlap");
    EXPECT_EQ(nearest_name("likeness", known), "");
    EXPECT_EQ(nearest_name("", known), "");
    EXPECT_EQ(nearest_name("cka", {}), "");
}

TEST(Float16, EveryHalfComesBackAsItWas) {
    for (std::uint32_t half = 0; half < 0x10000; ++half) {
        const float value = float16_to_float32(static_cast<std::uint16_t>(half));
        if (!std::isnan(value)) {
            EXPECT_EQ(float32_to_float16(value), half);
        }
    }
}

TEST(Float16, RoundsToNearestAndTiesToEven) {
    EXPECT_EQ(float16_to_float32(0x3C00), 1.0F);
    EXPECT_EQ(float32_to_float16(1.0F + 0x1p-11F), 0x3C00);            // half way: to even
    EXPECT_EQ(float32_to_float16(1.0F + 0x1p-11F + 0x1p-20F), 0x3C01); // a little more: up
    EXPECT_EQ(float32_to_float16(65504.0F), 0x7BFF);
    EXPECT_EQ(float32_to_float16(1e6F), 0x7C00);
    EXPECT_EQ(float16_to_float32(0x0001), 0x1p-24F);
}

TEST(Float16, SpansAgreeWithSingleValues) {
    std::vector<std::uint16_t> halves(1003);
    std::iota(halves.begin(), halves.end(), std::uint16_t{0x3000});
    std::vector<float> floats(halves.size());
    float16_to_float32(std::span<const std::uint16_t>(halves), std::span<float>(floats));
    for (std::size_t i = 0; i < halves.size(); ++i)
        EXPECT_EQ(floats[i], float16_to_float32(halves[i])) << i;
}

TEST(NaturalOrder, NumbersByValue) {
    EXPECT_TRUE(natural_less("block.2", "block.10"));
    EXPECT_FALSE(natural_less("block.10", "block.2"));
    EXPECT_TRUE(natural_less("a", "b"));
    EXPECT_FALSE(natural_less("a", "a"));
    EXPECT_TRUE(natural_less("x99999999999999999999", "x100000000000000000000"));
}

TEST(CheckedProduct, RefusesWhatDoesNotFit) {
    EXPECT_EQ(checked_product(6, 7, "it"), 42U);
    EXPECT_EQ(checked_product(0, std::numeric_limits<std::size_t>::max(), "it"), 0U);
    EXPECT_THROW((void)checked_product(std::size_t{1} << 40, std::size_t{1} << 40, "it"), Error);
}

TEST(Error, SaysWhatWhereExpectedFoundAndWhatToDo) {
    const Error error(ErrorKind::bad_data,
                      {"the layer holds NaN", "a.h5:m/l", "finite numbers", "3 rows", "leave it out"});
    EXPECT_STREQ(error.what(),
                 "a.h5:m/l: the layer holds NaN; expected finite numbers; found 3 rows. Leave it out");
    EXPECT_EQ(error.exit_code(), 65);
}

TEST(ThreadPool, DoesEveryItemOnceWithDistinctWorkers) {
    for (const std::size_t threads : {1U, 2U, 5U}) {
        ThreadPool pool(threads);
        std::vector<std::atomic<int>> done(1000);
        std::vector<std::atomic<int>> busy(pool.size());
        pool.parallel_for(done.size(), [&](std::size_t item, std::size_t worker) {
            EXPECT_EQ(busy[worker].fetch_add(1), 0);
            done[item].fetch_add(1);
            busy[worker].fetch_sub(1);
        });
        for (const auto& count : done)
            EXPECT_EQ(count.load(), 1);
    }
}

TEST(ThreadPool, ThrowsTheFirstExceptionAndWorksOn) {
    ThreadPool pool(3);
    EXPECT_THROW(pool.parallel_for(100,
                                   [](std::size_t item, std::size_t) {
                                       if (item == 17)
                                           throw std::runtime_error("17");
                                   }),
                 std::runtime_error);
    std::atomic<int> count{0};
    pool.parallel_for(10, [&](std::size_t, std::size_t) { ++count; });
    EXPECT_EQ(count.load(), 10);
}

TEST(ThreadPool, ALoopWithinALoopIsRunThere) {
    ThreadPool pool(2);
    std::atomic<int> count{0};
    pool.parallel_for(4, [&](std::size_t, std::size_t) {
        pool.parallel_for(5, [&](std::size_t, std::size_t) { ++count; });
    });
    EXPECT_EQ(count.load(), 20);
}

TEST(TimeLeft, IsUnknownAtTheStartAndThenInProportion) {
    const TimeLeft::Clock::time_point start{};
    const TimeLeft left(start);
    EXPECT_FALSE(left.after(0.0, start + std::chrono::seconds(5)));
    EXPECT_FALSE(left.after(0.5, start + std::chrono::milliseconds(10)));
    const auto half = left.after(0.5, start + std::chrono::seconds(10));
    ASSERT_TRUE(half);
    EXPECT_NEAR(half->count(), 10.0, 1e-6);
}

TEST(Plugin, SaysWhatIsMissingAndWhereItLooked) {
    EXPECT_FALSE(Plugin::available("no_such_part"));
    try {
        const Plugin plugin("no_such_part");
        FAIL() << "loaded what is not there";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::no_input);
        EXPECT_NE(std::string(error.what()).find("libstratoscope_no_such_part.so"), std::string::npos);
        EXPECT_NE(std::string(error.what()).find(Plugin::folders().front().string()), std::string::npos);
    }
}

} // namespace
} // namespace stratoscope
