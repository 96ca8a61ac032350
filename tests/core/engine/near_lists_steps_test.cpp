// What a GPU thread does with a list, done by the processor.
#include "core/engine/torch/near_lists_steps.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace stratoscope::engine::near_lists {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Looked {
    bool unsure = false;
    std::vector<std::int64_t> begin;
    std::vector<std::int64_t> end;
    std::vector<double> there;
    std::vector<double> weight; // for k
};

Looked looked_at(const std::vector<double>& value, double doubt, const std::vector<std::int32_t>& group,
                 double k) {
    const auto length = static_cast<std::int64_t>(value.size());
    std::vector<std::int64_t> place;
    for (std::int64_t at = 0; at < length; ++at)
        place.push_back(at);
    Looked out{false, std::vector<std::int64_t>(value.size(), -1),
               std::vector<std::int64_t>(value.size(), -1), std::vector<double>(value.size(), -1.0),
               std::vector<double>(value.size(), -1.0)};
    const Runs runs{out.begin.data(), out.end.data(), out.there.data()};
    out.unsure = find_runs(
        List{value.data(), place.data(), length, doubt, 1.0, group.empty() ? nullptr : group.data()}, runs,
        infinity);
    weigh(runs, length, k, out.weight.data());
    return out;
}

TEST(NearLists, ExactDistancesTieWhereTheyAreEqual) {
    const Looked found = looked_at({1, 2, 2, 2, 5, infinity}, 0.0, {}, 3.0);
    EXPECT_FALSE(found.unsure);
    EXPECT_EQ(found.begin, (std::vector<std::int64_t>{0, 1, 1, 1, 4, 5}));
    EXPECT_EQ(found.end, (std::vector<std::int64_t>{1, 4, 4, 4, 5, 6}));
    EXPECT_EQ(found.there, (std::vector<double>{1, 1, 1, 1, 1, 0}));
    const double share = 2.0 / 3.0; // of the two places left
    EXPECT_EQ(found.weight, (std::vector<double>{1, share, share, share, 0, 0}));
}

TEST(NearLists, RoundedDistancesTieOnlyForTwins) {
    const std::vector<double> close{1, 2, 2 + 1e-13, 5};
    EXPECT_TRUE(looked_at(close, 1e-12, {}, 2.0).unsure);
    EXPECT_FALSE(looked_at({1, 2, 2.1, 5}, 1e-12, {}, 2.0).unsure);
    const Looked twins = looked_at(close, 1e-12, {0, 7, 7, 0}, 2.0);
    EXPECT_FALSE(twins.unsure);
    EXPECT_EQ(twins.weight, (std::vector<double>{1, 0.5, 0.5, 0}));
    EXPECT_TRUE(looked_at(close, 1e-12, {0, 7, 8, 0}, 2.0).unsure); // twins of others
}

TEST(NearLists, KBeyondTheListWeighsAllThatIsThere) {
    EXPECT_EQ(looked_at({1, 2, infinity}, 0.0, {}, 9.0).weight, (std::vector<double>{1, 1, 0}));
    EXPECT_EQ(looked_at({1, 2, infinity}, 0.0, {}, 0.0).weight, (std::vector<double>{0, 0, 0}));
}

} // namespace
} // namespace stratoscope::engine::near_lists
