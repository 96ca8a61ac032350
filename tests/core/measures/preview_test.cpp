// The first picture: early, of few images, and not far from what comes of it.
#include "core/measures/preview.h"
#include "tests/core/measures/comparing.h"

#include <gtest/gtest.h>

namespace stratoscope::measures {
namespace {

Dataset related_layers(std::size_t images) {
    const Matrix<float> a = support::normal_rows(images, 4, 1);
    Matrix<float> b = support::normal_rows(images, 4, 2);
    for (std::size_t i = 0; i < b.values().size(); ++i)
        b.data()[i] = a.data()[i] + 0.8F * b.data()[i];
    return support::dataset_of({a, b, support::normal_rows(images, 4, 3)});
}

TEST(Preview, ComesFirstAndIsNearTheResult) {
    const Dataset dataset = related_layers(4200);
    ThreadPool pool(2);
    engine::LayerStore layers;
    CompareRequest request;
    request.measures = {{"cka_unbiased", {}}, {"information_imbalance", 30}};
    std::vector<Snapshot> first;
    const std::vector<Comparison> results =
        compare(dataset, request, layers, Task{pool, {}, {}}, [&](const auto& snapshots) {
            if (first.empty())
                first = *snapshots;
        });
    ASSERT_EQ(first.size(), 2U);
    EXPECT_TRUE(first[0].comparison.value.empty()); // CKA says nothing yet
    const Comparison& early = first[1].comparison;
    EXPECT_LT(first[1].images_done, 300U);
    EXPECT_EQ(early.definition, [&] { // the same question
        Definition asked = results[1].definition;
        asked.error_subsets = 0;
        return asked;
    }());
    for (std::size_t a = 0; a < 3; ++a)
        for (std::size_t b = 0; b < 3; ++b) {
            EXPECT_NEAR(early.value(a, b), results[1].value(a, b), 0.15) << a << " to " << b;
            EXPECT_EQ(early.floor(a, b), results[1].floor(a, b));
        }
    EXPECT_GT(first[1].progress_error(0, 1), 0.0);
}

TEST(Preview, IsLeftOutWhereThePassIsAsQuick) {
    ThreadPool pool(1);
    CompareRequest request;
    request.measures = {{"information_imbalance", 5}};
    EXPECT_EQ(preview(related_layers(500), request, Task{pool, {}, {}}), nullptr);
}

} // namespace
} // namespace stratoscope::measures
