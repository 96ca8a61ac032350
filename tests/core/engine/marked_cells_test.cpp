#include "core/engine/marked_cells.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace stratoscope::engine {
namespace {

class EachMarkedCells : public testing::TestWithParam<const MarkedCells*> {
  protected:
    // Against one look after the other.
    void expect_found(const std::vector<std::uint16_t>& cell, const CellMarks& marks,
                      const std::vector<bool>& marked) const {
        constexpr std::uint32_t untouched = 77;
        std::vector<std::uint32_t> out(cell.size() + 17, untouched);
        const std::size_t found = GetParam()->find(cell.data(), cell.size(), marks, out.data());
        std::size_t at = 0;
        for (std::size_t j = 0; j < cell.size(); ++j)
            if (cell[j] < marked.size() && marked[cell[j]]) {
                ASSERT_LT(at, found);
                EXPECT_EQ(out[at], j);
                ++at;
            }
        EXPECT_EQ(found, at) << cell.size() << " values";
        EXPECT_EQ(out.back(), untouched) << "beyond the room it may take";
    }
};

TEST_P(EachMarkedCells, FindsWhoIsInOne) {
    std::mt19937 random(5);
    for (const std::size_t cells : {64U, 1024U, 2048U, 4096U})
        for (const std::size_t n : {0U, 1U, 15U, 16U, 17U, 1003U}) {
            CellMarks marks;
            std::vector<bool> marked(cells);
            for (std::size_t cell = 0; cell < cells; ++cell)
                if (random() % 5 == 0 || cell + 1 == cells) {
                    marks.set(cell);
                    marked[cell] = true;
                }
            std::vector<std::uint16_t> cell(n); // some behind the last
            for (std::uint16_t& one : cell)
                one = static_cast<std::uint16_t>(random() % (cells + 16));
            expect_found(cell, marks, marked);
        }
}

TEST_P(EachMarkedCells, FindsAllAndNone) {
    std::vector<std::uint16_t> cell(100);
    for (std::size_t j = 0; j < cell.size(); ++j)
        cell[j] = static_cast<std::uint16_t>(41 * j % 4096);
    CellMarks marks;
    expect_found(cell, marks, {});
    marks.set_first(4096);
    expect_found(cell, marks, std::vector<bool>(4096, true));
    marks.clear();
    expect_found(cell, marks, {});
}

INSTANTIATE_TEST_SUITE_P(OfThisMachine, EachMarkedCells, testing::ValuesIn(marked_cells()),
                         [](const auto& test) { return std::string(test.param->name); });

} // namespace
} // namespace stratoscope::engine
