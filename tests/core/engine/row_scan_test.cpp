#include "core/engine/row_scan.h"
#include "tests/support/made_up_data.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace stratoscope::engine {
namespace {

class EachScan : public testing::TestWithParam<const RowScan*> {};

TEST_P(EachScan, FindsWhatLiesBetweenTheBounds) {
    for (const std::size_t n : {0U, 1U, 7U, 8U, 15U, 16U, 17U, 1000U}) {
        Matrix<float> row = support::normal_rows(1, std::max<std::size_t>(n, 1), 4);
        for (std::size_t j = 0; j < n; ++j)
            row(0, j) = j % 10 == 3 ? std::numeric_limits<float>::infinity() : std::round(4.0F * row(0, j));
        for (const auto& [low, high] :
             {std::pair{-1.0F, 2.0F}, std::pair{0.0F, 0.0F}, std::pair{-99.0F, 99.0F},
              std::pair{99.0F, 100.0F}, std::pair{3.0F, -3.0F}}) {
            constexpr float untouched = -7.0F;
            std::vector<float> values(n + 17, untouched);
            std::vector<std::uint32_t> columns(n + 17);
            const std::size_t found =
                GetParam()->between(row.data(), n, low, high, values.data(), columns.data());
            std::size_t at = 0;
            for (std::size_t j = 0; j < n; ++j)
                if (row(0, j) >= low && row(0, j) <= high) {
                    ASSERT_LT(at, found);
                    EXPECT_EQ(values[at], row(0, j));
                    EXPECT_EQ(columns[at], j);
                    ++at;
                }
            EXPECT_EQ(found, at) << n << " values in " << low << " … " << high;
            EXPECT_EQ(values.back(), untouched) << "beyond the room it may take";
        }
    }
}

INSTANTIATE_TEST_SUITE_P(OfThisMachine, EachScan, testing::ValuesIn(row_scans()),
                         [](const auto& test) { return std::string(test.param->name); });

} // namespace
} // namespace stratoscope::engine
