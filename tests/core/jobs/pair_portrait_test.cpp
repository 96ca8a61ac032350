// A pair of small layers, image by image, against the measures in plain float64.
#include "core/base/thread_pool.h"
#include "core/jobs/pair_portrait_job.h"
#include "tests/support/made_up_data.h"
#include "tests/support/naive_reference.h"

#include <gtest/gtest.h>

#include <memory>

namespace stratoscope::jobs {
namespace {

TEST(PairPortrait, IsWhatItsPartsAreBySlowArithmetic) {
    constexpr std::size_t n = 20;
    constexpr std::size_t k = 3;
    const Matrix<float> a = support::normal_rows(n, 2, 1);
    const Matrix<float> b = support::normal_rows(n, 2, 2);
    const auto dataset = std::make_shared<const Dataset>(support::dataset_of({a, b}));
    ThreadPool pool(2);
    const Task task{pool};
    const PairPortrait portrait = PairPortraitJob{
        {dataset, std::make_shared<engine::LayerStore>(), {0, 0}, {0, 1}, k},
        {"information_imbalance",
         "cka_unbiased"}}.run({task});

    EXPECT_EQ(portrait.k, k);
    ASSERT_EQ(portrait.measures.size(), 2U);
    EXPECT_NEAR(portrait.measures[0].value(0, 1),
                support::naive_information_imbalance(a, b, k, Distance::euclidean), 1e-12);
    EXPECT_NEAR(portrait.measures[1].value(0, 1), support::naive_cka(a, b, true), 1e-9);
    const auto forward = support::naive_divergence(a, b, k, Distance::euclidean);
    const auto backward = support::naive_divergence(b, a, k, Distance::euclidean);
    const Matrix<double> ranksInA =
        support::naive_ranks(support::naive_squared_distances(a, Distance::euclidean));
    const Matrix<double> ranksInB =
        support::naive_ranks(support::naive_squared_distances(b, Distance::euclidean));
    ASSERT_EQ(portrait.neighbours.size(), n);
    for (std::size_t i = 0; i < n; ++i) {
        EXPECT_NEAR(portrait.divergence.forward[i], forward[i], 1e-12) << i;
        EXPECT_NEAR(portrait.divergence.backward[i], backward[i], 1e-12) << i;
        ASSERT_EQ(portrait.neighbours[i].in_a.size(), n - 2);
        for (std::size_t m = 0; m < n - 2; ++m) {
            const measures::Neighbour& near = portrait.neighbours[i].in_a[m];
            EXPECT_EQ(ranksInA(i, near.image), static_cast<double>(m + 1));
            EXPECT_EQ(near.rank_in_other, ranksInB(i, near.image));
        }
    }
}

} // namespace
} // namespace stratoscope::jobs
