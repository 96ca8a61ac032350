#include "core/engine/cell_compare.h"
#include "tests/support/made_up_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

namespace stratoscope::engine {
namespace {

class EachCellCompare : public testing::TestWithParam<const CellCompare*> {};

// Cells of width 1 and of 0, 1, … 40 values each; every third is marked.
TEST_P(EachCellCompare, CountsWhatLiesBelowEachBound) {
    constexpr std::size_t cells = 41;
    const Matrix<float> normal = support::normal_rows(cells, cells, 3);
    std::vector<float> values;
    std::vector<PlacedDistance> members;
    std::vector<CellEnd> ends{{0, 0}};
    for (std::size_t cell = 0; cell < cells; ++cell) {
        const auto before = static_cast<std::uint32_t>(values.size());
        const bool marked = cell % 3 == 0;
        for (std::size_t at = 0; at < cell * 7 % cells; ++at) {
            const float within = std::clamp(0.5F + 0.2F * normal(cell, at), 0.0F, 0.999F);
            values.push_back(static_cast<float>(cell) + within);
            if (marked)
                // Columns of any bits, as numbers small, large and none.
                members.push_back({values.back(), static_cast<std::uint32_t>(members.size()) * 0x9e3779b1U});
        }
        ends.push_back({before, static_cast<std::uint32_t>(members.size())});
    }
    const std::size_t all_members = members.size();
    members.insert(members.end(), CountedCells::padding, {std::numeric_limits<float>::quiet_NaN(), 0});

    std::vector<CountBounds> asked;
    std::vector<std::uint16_t> low_cell;
    std::vector<std::uint16_t> high_cell;
    const auto ask = [&](std::size_t low_in, float low, std::size_t high_in, float high) {
        asked.push_back({low, high});
        low_cell.push_back(static_cast<std::uint16_t>(low_in));
        high_cell.push_back(static_cast<std::uint16_t>(high_in));
    };
    for (std::size_t cell = 0; cell < cells; cell += 3) {
        const auto start = static_cast<float>(cell);
        ask(cell, start + 0.3F, cell, start + 0.7F);
        ask(cell, start, cell, start);
        if (cell + 3 < cells)
            ask(cell, start + 0.9F, cell + 3, start + 3.1F);
    }
    for (std::size_t at = 0; at < all_members; ++at) {
        const float value = members[at].value;
        const auto cell = static_cast<std::size_t>(value);
        ask(cell, value, cell, value);
    }
    std::vector<Counts> found(asked.size());
    GetParam()->count({ends.data(), members.data()}, low_cell.data(), high_cell.data(), asked, found.data());
    for (std::size_t b = 0; b < asked.size(); ++b) {
        EXPECT_EQ(found[b].below_low,
                  std::ranges::count_if(values, [&](float x) { return x < asked[b].low; }));
        EXPECT_EQ(found[b].up_to_high,
                  std::ranges::count_if(values, [&](float x) { return x <= asked[b].high; }));
    }
}

INSTANTIATE_TEST_SUITE_P(OfThisMachine, EachCellCompare, testing::ValuesIn(cell_compares()),
                         [](const auto& test) { return std::string(test.param->name); });

} // namespace
} // namespace stratoscope::engine
