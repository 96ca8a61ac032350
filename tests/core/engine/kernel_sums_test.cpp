#include "core/engine/kernel_sums.h"
#include "tests/support/made_up_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace stratoscope::engine {
namespace {

constexpr std::size_t images = 1100; // more than one stretch, and no whole number of vectors
constexpr std::size_t layers = 6;    // more than the four that are multiplied at a time
constexpr std::size_t position = 600;
constexpr std::size_t image = 42;

class OneRow : public testing::Test {
  protected:
    OneRow() {
        for (std::size_t layer = 0; layer < layers; ++layer) {
            for (std::size_t j = 0; j < images; ++j) {
                squared_(layer, j) = 1.5F + 0.5F * std::abs(squared_(layer, j));
                products_(layer, j) = std::clamp(products_(layer, j), -1.5F, 1.5F);
            }
            plan_.unit.push_back(2.0F + static_cast<float>(layer));
        }
        squared_(2, 5) = 0.0F; // a row of length nothing
        products_(2, 5) = 0.0F;
    }

    // value(layer, j): the kernel in float64.
    template <class Value>
    void expect_sums(double bar, const Value& value) {
        std::vector<const float*> products;
        std::vector<const float*> lengths;
        std::vector<const float*> roots;
        for (std::size_t layer = 0; layer < layers; ++layer) {
            products.push_back(products_.row(layer).data());
            lengths.push_back(squared_.row(layer).data());
            roots.push_back(roots_.row(layer).data());
            for (std::size_t j = 0; j < images; ++j)
                roots_(layer, j) = std::sqrt(squared_(layer, j));
        }
        // Beside another kernel, which is to leave no trace.
        KernelPlan other = plan_;
        other.kernel = Kernel::gaussian;
        std::vector<KernelSums> all(2, KernelSums(images, layers));
        std::vector<Matrix<double>> added(2, Matrix<double>(layers, layers, 1.0)); // sums are added
        KernelRow scratch;
        scratch.add(std::vector{other, plan_}, position, image, {products, lengths, roots}, all, added);
        const KernelSums& sums = all[1];
        const Matrix<double>& product = added[1];
        for (std::size_t a = 0; a < layers; ++a) {
            double sum = 0.0;
            for (std::size_t j = 0; j < images; ++j)
                sum += j == position ? 0.0 : value(a, j);
            EXPECT_NEAR(sums.row_sum(image, a), sum, bar * images) << a;
            for (std::size_t b = a; b < layers; ++b) {
                double both = 0.0;
                for (std::size_t j = 0; j < images; ++j)
                    both += j == position ? 0.0 : value(a, j) * value(b, j);
                EXPECT_NEAR(product(a, b) - 1.0, both, bar * images) << a << ", " << b;
                EXPECT_NEAR(sums.row_product(image, KernelSums::pair(a, b, layers)), both, bar * images);
            }
        }
        EXPECT_EQ(std::ranges::count(sums.done, 1), 1);
        EXPECT_EQ(sums.done[image], 1);
    }
    [[nodiscard]] double squared_distance(std::size_t layer, std::size_t j) const {
        return std::max(0.0, static_cast<double>(squared_(layer, position)) +
                                 static_cast<double>(squared_(layer, j)) +
                                 static_cast<double>(products_(layer, j)));
    }
    [[nodiscard]] double unit(std::size_t layer) const { return static_cast<double>(plan_.unit[layer]); }

    KernelPlan plan_;
    Matrix<float> squared_ = support::normal_rows(layers, images, 1); // lengths
    Matrix<float> roots_{layers, images};
    Matrix<float> products_ = support::normal_rows(layers, images, 2); // −2 x·y
};

TEST_F(OneRow, Linear) {
    plan_.kernel = Kernel::linear;
    expect_sums(1e-7, [&](std::size_t layer, std::size_t j) {
        return -0.5 * static_cast<double>(products_(layer, j)) / unit(layer);
    });
    EXPECT_NEAR(kernel_diagonal(plan_, 1, 6.0F), 2.0, 1e-7);
}

TEST_F(OneRow, CentredDistance) {
    plan_.kernel = Kernel::centred_distance;
    expect_sums(1e-6, [&](std::size_t layer, std::size_t j) {
        const double own = static_cast<double>(squared_(layer, position));
        const double other = static_cast<double>(squared_(layer, j));
        return (std::sqrt(squared_distance(layer, j)) - std::sqrt(own) - std::sqrt(other)) /
                   std::sqrt(unit(layer)) +
               std::numbers::sqrt2 - 1.0;
    });
    EXPECT_NEAR(kernel_diagonal(plan_, 0, 8.0F), -4.0 + std::numbers::sqrt2 - 1.0, 1e-6);
}

TEST_F(OneRow, Distance) {
    plan_.kernel = Kernel::distance;
    expect_sums(1e-7, [&](std::size_t layer, std::size_t j) {
        return std::sqrt(squared_distance(layer, j) / unit(layer)) - 1.0;
    });
}

TEST_F(OneRow, Gaussian) {
    plan_.kernel = Kernel::gaussian;
    squared_(3, 7) = 1e30F; // nothing is left of it
    expect_sums(1e-7, [&](std::size_t layer, std::size_t j) {
        return std::exp(-squared_distance(layer, j) / unit(layer)) - std::exp(-0.5);
    });
    EXPECT_NEAR(kernel_diagonal(plan_, 0, 8.0F), 1.0 - std::exp(-0.5), 1e-7);
}

TEST_F(OneRow, DistanceRank) {
    plan_.kernel = Kernel::distance_rank;
    RankTable table; // cells of 2²¹ floats, from 3 on; the first for all below
    table.lowest_bits = std::bit_cast<std::uint32_t>(3.0F);
    table.shift = 21;
    table.rank = {0.0F, 0.25F, 0.5F, 0.75F, 1.0F};
    plan_.ranks.assign(layers, std::make_shared<RankTable>(table));
    plan_.lines.resize(layers); // in two layers they do instead, with a line for each cell
    for (const std::size_t layer : {1U, 4U})
        plan_.lines[layer] = std::make_shared<RankLines>(*RankLines::of(table, {{1, 1, 1, 1, 1}}));
    expect_sums(1e-7, [&](std::size_t layer, std::size_t j) {
        // From 3 on: 3 … 3.5, 3.5 … 4, 4 … 5, and what is above shares the last.
        const float d2 = products_(layer, j) + (squared_(layer, j) + squared_(layer, position));
        return (d2 <= 3.0F ? 0.0 : d2 < 3.5F ? 0.25 : d2 < 4.0F ? 0.5 : d2 < 5.0F ? 0.75 : 1.0) - 0.5;
    });
}

} // namespace
} // namespace stratoscope::engine
