#include "core/base/thread_pool.h"
#include "core/engine/near_order.h"
#include "core/engine/packed_rows.h"
#include "tests/support/made_up_data.h"
#include "tests/support/naive_reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>

namespace stratoscope::engine {
namespace {

constexpr std::size_t images = 700;

struct Rows {
    const char* name;
    float (*change)(float normal, std::size_t i, std::size_t d);
    Distance distance = Distance::euclidean;
};
void PrintTo(const Rows& rows, std::ostream* out) {
    *out << rows.name;
}

class NearOrderOf : public testing::TestWithParam<Rows> {
  protected:
    NearOrderOf() {
        for (std::size_t i = 0; i < images; ++i)
            for (std::size_t d = 0; d < values_.cols(); ++d)
                values_(i, d) = GetParam().change(values_(i, d), i, d);
        for (std::size_t i = 600; i < 640; ++i) // twins, triplets …
            std::ranges::copy(values_.row(i % 9), values_.row(i).begin());
        const Dataset dataset = support::dataset_of({values_});
        layer_.emplace(dataset.models[0].layers[0], "m/l0", GetParam().distance, Task{pool_});
        naive_ = support::naive_squared_distances(values_, GetParam().distance);
        ranks_ = support::naive_ranks(naive_);
        quick_ = Matrix<float>(images, PackedRows::padded(images));
        const PackedRows packed(*layer_, file_order(images));
        PackedRows::Queries queries;
        packed.pack({0, images}, queries);
        packed.relative_distances(queries, {0, images}, quick_.view());
        for (std::size_t i = 0; i < images; ++i) { // as DistanceBlocks leaves them
            for (const std::uint32_t twin : layer_->twins(i))
                quick_(i, twin) = layer_->relative_distance_of_equals();
            quick_(i, i) = std::numeric_limits<float>::infinity();
        }
    }
    [[nodiscard]] std::span<const float> row(std::size_t i) const { return quick_.row(i).first(images); }

    ThreadPool pool_{1};
    Matrix<float> values_ = support::normal_rows(images, 24, 11);
    std::optional<PreparedLayer> layer_;
    Matrix<double> naive_;
    Matrix<double> ranks_;
    Matrix<float> quick_;
    NearOrder order_;
};

TEST_P(NearOrderOf, NearestPlacesAndTheirTies) {
    NearestPlaces near;
    for (const std::size_t count : {1U, 2U, 30U, 200U}) {
        const Matrix<double> weights = support::naive_weights(naive_, count);
        for (std::size_t i = 0; i < images; i += 13) {
            order_.look_at(*layer_, i, row(i));
            order_.nearest(count, near);
            ASSERT_GE(near.size(), count);
            std::vector<double> found(images, 0.0);
            for (std::size_t position = 0; position < near.size(); ++position) {
                found[near.place[position]] = near.weight(position, count);
                if (position > 0) {
                    EXPECT_LE(naive_(i, near.place[position - 1]), naive_(i, near.place[position]));
                }
            }
            for (std::size_t j = 0; j < images; ++j)
                ASSERT_NEAR(found[j], weights(i, j), 1e-12) << "of image " << i << ", k " << count;
        }
    }
}

TEST_P(NearOrderOf, MidRanksOfFewAndOfManyPlaces) {
    for (std::size_t i = 0; i < images; i += 7)
        for (const std::size_t count : {3U, 24U, 25U, 400U}) {
            std::vector<std::uint32_t> places;
            for (std::size_t at = 0; places.size() < count; ++at)
                if (const std::size_t place = at * 113 % images; place != i)
                    places.push_back(static_cast<std::uint32_t>(place));
            std::vector<std::uint32_t> twice(count);
            order_.look_at(*layer_, i, row(i));
            order_.twice_mid_ranks(places, twice);
            for (std::size_t at = 0; at < count; ++at)
                ASSERT_EQ(twice[at], 2.0 * ranks_(i, places[at])) << "of " << places[at] << " from " << i;
        }
}

// Several images' ranks are open at a time; every row leaves its own where they are until then.
TEST_P(NearOrderOf, MidRanksWhoseDoubtsAreSettledTogether) {
    std::vector<std::uint32_t> asked;
    for (std::uint32_t place = 0; place < images; place += 2)
        asked.push_back(place);
    for (std::size_t first = 0; first < images; first += 70) {
        OpenDoubts open;
        std::vector<std::vector<std::uint32_t>> places;
        std::vector<std::vector<std::uint32_t>> twice;
        for (std::size_t i = first; i < first + 10; ++i) {
            places.push_back(asked);
            std::erase(places.back(), i);
            twice.emplace_back(places.back().size());
            order_.look_at(*layer_, i, row(i));
            order_.twice_mid_ranks(places.back(), twice.back(), &open);
        }
        open.settle(*layer_);
        EXPECT_EQ(open.bytes(), 0U);
        for (std::size_t r = 0; r < 10; ++r)
            for (std::size_t at = 0; at < places[r].size(); ++at)
                ASSERT_EQ(twice[r][at], 2.0 * ranks_(first + r, places[r][at]));
    }
}

// Adding up lengths may take all that it may, the product three quarters.
TEST_P(NearOrderOf, NoDistanceIsFurtherOffThanItMayBe) {
    for (std::size_t i = 0; i < images; ++i)
        for (std::size_t j = 0; j < images; ++j)
            if (const float relative = quick_(i, j); std::isfinite(relative)) {
                const double one = layer_->relative_length(i);
                const double other = layer_->relative_length(j);
                const double adding =
                    0x1p-24 * (std::abs(one) + std::abs(other) + std::abs(one + other) + std::abs(relative));
                const double truth = naive_(i, j) - layer_->typical_squared_distance();
                ASSERT_LE(std::abs(static_cast<double>(relative) - truth) - adding,
                          0.75 * (layer_->uncertainty(i, j, relative) - adding) + 1e-12 * naive_(i, j))
                    << i << ", " << j;
            }
}

TEST_P(NearOrderOf, NoDistanceIsLessCertainThanTheLeastCertainOfItsSize) {
    for (std::size_t i = 0; i < images; ++i) {
        std::vector<std::uint32_t> others;
        std::vector<float> relative;
        for (std::uint32_t j = 0; j < images; ++j)
            if (std::isfinite(quick_(i, j))) {
                others.push_back(j);
                relative.push_back(quick_(i, j));
            }
        std::vector<float> together(others.size());
        layer_->largest_uncertainties(i, relative, together);
        for (std::size_t at = 0; at < others.size(); ++at) {
            const float alone = layer_->largest_uncertainty(i, relative[at]);
            ASSERT_GE(alone, layer_->uncertainty(i, others[at], relative[at])) << i << ", " << others[at];
            ASSERT_GE(together[at], 0.9999F * alone) << i << ", " << others[at]; // another vector's rounding
        }
    }
}

TEST_P(NearOrderOf, SomeColumnsAlone) {
    std::vector<std::uint32_t> columns;
    std::vector<float> distances;
    for (std::uint32_t j = 1; j < images; j += 3) {
        columns.push_back(j);
        distances.push_back(quick_(4, j));
    }
    order_.look_at(*layer_, 4, distances, columns);
    NearestPlaces near;
    order_.nearest(20, near);
    for (std::size_t position = 1; position < near.size(); ++position)
        EXPECT_LE(naive_(4, columns[near.place[position - 1]]), naive_(4, columns[near.place[position]]));
    std::vector<double> all;
    for (const std::uint32_t j : columns)
        if (j != 4)
            all.push_back(naive_(4, j));
    std::ranges::sort(all);
    EXPECT_EQ(naive_(4, columns[near.place[19]]), all[19]);
}

// Where no two rows are nearly parallel, hardly any distance is as uncertain as parallel rows' would be.
TEST(LargestUncertainty, IsNarrowWhereRowsAreUnrelated) {
    constexpr std::size_t dimension = 768;
    ThreadPool pool(1);
    const Dataset dataset = support::dataset_of({support::normal_rows(300, dimension, 3)});
    const PreparedLayer layer(dataset.models[0].layers[0], "m/l0", Distance::euclidean, Task{pool});
    const float lengths = layer.squared_length(0) + layer.squared_length(1);
    const auto relative = static_cast<float>(layer.exact_squared_distance(0, 1) -
                                             static_cast<double>(layer.typical_squared_distance()));
    EXPECT_LT(layer.largest_uncertainty(0, relative), 5.5F * 0x1p-24F * lengths);
    EXPECT_GE(layer.largest_uncertainty(0, relative), layer.uncertainty(0, 1, relative));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, NearOrderOf,
    testing::Values(
        Rows{"Ordinary", [](float x, std::size_t, std::size_t) { return x; }},
        Rows{"FarAway", [](float x, std::size_t, std::size_t d) { return x + 1000.0F * float(d); }},
        Rows{"Outliers", [](float x, std::size_t i, std::size_t) { return i % 90 == 1 ? 1e4F * x : x; }},
        Rows{"TinyNumbers", [](float x, std::size_t, std::size_t) { return 1e-22F * x; }},
        Rows{"ShortRows", // too few to be typical
             [](float x, std::size_t i, std::size_t) {
                 return (x > 0.8F ? x : 0.0F) * (i % 200 == 150 ? 1e-4F : 1.0F);
             }},
        Rows{"SmoothColumns",
             [](float x, std::size_t i, std::size_t d) { return std::sin(0.01F * float(i * d)) + 0.1F * x; }},
        Rows{"MassiveColumn", [](float x, std::size_t, std::size_t d) { return d == 3 ? 300.0F * x : x; }},
        Rows{"TightClusters",
             [](float x, std::size_t i, std::size_t d) { return float((i % 10) * (d + 1) % 7) + 1e-3F * x; }},
        Rows{"DirectionsInTightClusters",
             [](float x, std::size_t i, std::size_t d) { return float((i % 10) * (d + 1) % 7) + 1e-3F * x; },
             Distance::cosine},
        Rows{"DirectionsAlongColumns",
             [](float x, std::size_t i, std::size_t d) { return d == i % 5 && i % 7 != 2 ? x : 0.0F; },
             Distance::cosine},
        Rows{"WholeNumbers", [](float x, std::size_t, std::size_t) { return std::round(x); }},
        Rows{"TiedFractions", [](float x, std::size_t, std::size_t) { return 0.5F * std::round(x); }}),
    [](const auto& test) { return std::string(test.param.name); });

} // namespace
} // namespace stratoscope::engine
