#include "core/engine/overlap_counter.h"
#include "core/engine/packed_rows.h"
#include "tests/core/engine/prepared_rows.h"
#include "tests/support/made_up_data.h"
#include "tests/support/naive_reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace stratoscope::engine {
namespace {

constexpr std::size_t images = 60;
constexpr std::size_t groups = 5;

class Overlaps : public testing::Test {
  protected:
    Overlaps() {
        values_.push_back(support::normal_rows(images, 8, 1));
        values_.push_back(values_[0]);
        for (float& x : std::span(values_[1].data(), images * 8)) // alike, and with distances that tie
            x = std::round(x);
        values_.push_back(support::normal_rows(images, 2, 2));
        for (float& x : std::span(values_[2].data(), images * 2)) // some twenty rows, several times each
            x = std::round(x);
        values_.push_back(Matrix<float>(images, 3, 1.0F)); // constant
        layers_ = prepared_rows(values_);
        for (std::size_t layer = 0; layer < values_.size(); ++layer) {
            constant_.push_back(layers_[layer]->constant());
            squared_.push_back(support::naive_squared_distances(values_[layer], Distance::euclidean));
        }
        for (std::size_t i = 0; i < images; ++i)
            group_of_.push_back(static_cast<std::uint32_t>(i % 7 % groups)); // of different sizes
        for (std::uint32_t group = 0; group < groups; ++group)
            group_size_.push_back(static_cast<std::size_t>(std::ranges::count(group_of_, group)));
    }

    // Among the k nearest of an image that are not left out: 1, an equal share of what is left, or 0.
    [[nodiscard]] std::vector<double> weights(std::size_t layer, std::size_t image, std::size_t k,
                                              int left_out) const {
        std::vector<double> d2;
        const auto counts = [&](std::size_t j) {
            return j != image && static_cast<int>(group_of_[j]) != left_out;
        };
        for (std::size_t j = 0; j < images; ++j)
            if (counts(j))
                d2.push_back(squared_[layer](image, j));
        std::ranges::sort(d2);
        const double last = d2[k - 1];
        const auto below = std::ranges::lower_bound(d2, last) - d2.begin();
        const auto tied = std::ranges::count(d2, last);
        std::vector<double> out(images, 0.0);
        for (std::size_t j = 0; j < images; ++j)
            if (counts(j) && squared_[layer](image, j) <= last)
                out[j] = squared_[layer](image, j) < last
                             ? 1.0
                             : static_cast<double>(k - static_cast<std::size_t>(below)) /
                                   static_cast<double>(tied);
        return out;
    }

    std::vector<Matrix<float>> values_;
    PreparedLayers layers_;
    std::vector<bool> constant_;
    std::vector<Matrix<double>> squared_;
    std::vector<std::uint32_t> group_of_;
    std::vector<std::size_t> group_size_;
};

TEST_F(Overlaps, AreThoseOfSortedDistances) {
    const std::vector<bool> all(layers_.size(), true);
    const LayerRoles roles{all, all};
    const std::vector<std::uint32_t> columns = file_order(images);
    RowRanker ranker(layers_, roles);
    OverlapCounter counter;
    for (std::size_t image = 0; image < images; image += 7) {
        std::vector<std::vector<float>> rows;
        std::vector<const float*> distances;
        for (std::size_t layer = 0; layer < squared_.size(); ++layer) {
            const auto typical = static_cast<double>(layers_[layer]->typical_squared_distance());
            rows.emplace_back(images);
            std::ranges::transform(squared_[layer].row(image), rows.back().begin(),
                                   [typical](double d2) { return static_cast<float>(d2 - typical); });
            rows.back()[image] = std::numeric_limits<float>::infinity();
        }
        for (const auto& row : rows)
            distances.push_back(row.data());
        // Lists of 6 are too short for k = 5 when a group goes.
        for (const auto& [listed, ks] : {std::pair{std::size_t{40}, std::vector<std::size_t>{1, 5, 20}},
                                         std::pair{std::size_t{6}, std::vector<std::size_t>{5}}}) {
            ranker.look(image, distances, images, columns, listed);
            counter.look(ranker, layers_.size(), constant_, images, group_of_, group_size_);
            for (const std::size_t k : ks)
                for (int left_out = -1; left_out < static_cast<int>(groups); ++left_out) {
                    if (left_out == static_cast<int>(group_of_[image]))
                        continue;
                    counter.gather(k, left_out);
                    for (std::size_t a = 0; a < layers_.size(); ++a)
                        for (std::size_t b = a; b < layers_.size(); ++b) {
                            const std::vector<double> in_a = weights(a, image, k, left_out);
                            const std::vector<double> in_b = weights(b, image, k, left_out);
                            double shared = 0.0;
                            for (std::size_t j = 0; j < images; ++j)
                                shared += in_a[j] * in_b[j];
                            EXPECT_NEAR(counter.overlap(a, b), shared / static_cast<double>(k), 1e-12)
                                << a << ", " << b << ", k = " << k << ", without " << left_out;
                        }
                }
        }
    }
}

} // namespace
} // namespace stratoscope::engine
