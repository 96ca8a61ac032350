#include "core/base/thread_pool.h"
#include "core/engine/all_distances.h"
#include "tests/core/engine/prepared_rows.h"
#include "tests/support/made_up_data.h"
#include "tests/support/naive_reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace stratoscope::engine {
namespace {

constexpr std::size_t images = 430;

class Pairs : public testing::Test {
  protected:
    Pairs() {
        values_.push_back(support::normal_rows(images, 40, 1));
        values_.push_back(support::normal_rows(images, 9, 2));
        for (std::size_t i = 50; i < 60; ++i) // equal images
            std::ranges::copy(values_[1].row(3), values_[1].row(i).begin());
        values_.push_back(support::normal_rows(images, 5, 3));
        for (std::size_t i = 0; i < values_[2].values().size(); ++i) // distances that tie
            values_[2].data()[i] = std::round(values_[2].data()[i]);
        plan_.layers = prepared_rows(values_);
    }

    [[nodiscard]] AllDistances measured(Kernel kernel, std::size_t tile_bytes, std::size_t threads) {
        plan_.kernels = {{kernel, {}, {}, {}}};
        plan_.tile_bytes = tile_bytes;
        ThreadPool pool(threads);
        return all_distances(plan_, Task{pool});
    }

    std::vector<Matrix<float>> values_;
    PassPlan plan_;
};

TEST_F(Pairs, AreAllCountedOnce) {
    const AllDistances found = measured(Kernel::gaussian, 0, 1);
    EXPECT_EQ(found.kept, nullptr) << "there is no room";
    for (std::size_t layer = 0; layer < values_.size(); ++layer) {
        const Matrix<double> naive = support::naive_squared_distances(values_[layer], Distance::euclidean);
        std::vector<double> all;
        for (std::size_t i = 0; i < images; ++i)
            for (std::size_t j = i + 1; j < images; ++j)
                all.push_back(std::sqrt(naive(i, j)));
        std::ranges::sort(all);
        const double median = (all[(all.size() - 1) / 2] + all[all.size() / 2]) / 2.0;
        EXPECT_NEAR(found.histograms[layer].median(), median, 1e-6 * median) << layer;
        // Mid-ranks, but of what shares a cell: one of a million.
        const RankTable table = found.histograms[layer].ranks();
        for (std::size_t at = 0; at < all.size(); at += 97) {
            const auto first = std::ranges::lower_bound(all, all[at] * (1.0 - 1e-5));
            const auto last = std::ranges::upper_bound(all, all[at] * (1.0 + 1e-5));
            const auto pairs = static_cast<double>(all.size());
            const auto rank =
                static_cast<double>(table.rank[table.cell(static_cast<float>(all[at] * all[at]))]);
            EXPECT_GE(rank, static_cast<double>(first - all.begin()) / pairs) << layer;
            EXPECT_LE(rank, static_cast<double>(last - all.begin() + 1) / pairs) << layer;
        }
    }
}

TEST_F(Pairs, CountTheSameForAnyMemoryThreadsAndKernels) {
    const AllDistances expected = measured(Kernel::gaussian, 0, 1);
    for (const std::size_t tile_bytes : {std::size_t{1'000'000}, std::size_t{1} << 30})
        for (const Kernel kernel : {Kernel::linear, Kernel::gaussian}) {
            const AllDistances found = measured(kernel, tile_bytes, 3);
            EXPECT_EQ(found.kept != nullptr, tile_bytes > 1'000'000);
            for (std::size_t layer = 0; layer < values_.size(); ++layer) {
                EXPECT_EQ(found.histograms[layer].median(), expected.histograms[layer].median());
                EXPECT_EQ(found.histograms[layer].ranks().rank, expected.histograms[layer].ranks().rank);
            }
        }
}

} // namespace
} // namespace stratoscope::engine
