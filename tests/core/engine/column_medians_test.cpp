#include "core/engine/column_medians.h"
#include "tests/support/made_up_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <compare>
#include <limits>
#include <vector>

namespace stratoscope::engine {
namespace {

// Column after column, as one would write it down; bit for bit, since −0 is less than 0.
template <class T>
void expect_medians(const Matrix<T>& rows) {
    std::vector<T> found(rows.cols());
    upper_medians(MatrixView<const T>(rows.data(), rows.rows(), rows.cols()), found);
    for (std::size_t c = 0; c < rows.cols(); ++c) {
        std::vector<T> column;
        for (std::size_t i = 0; i < rows.rows(); ++i)
            column.push_back(rows(i, c));
        std::ranges::sort(column, [](T a, T b) { return std::strong_order(a, b) < 0; });
        const T expected = column[column.size() / 2];
        EXPECT_EQ(found[c], expected) << rows.rows() << " rows, column " << c;
        EXPECT_EQ(std::signbit(found[c]), std::signbit(expected)) << rows.rows() << " rows, column " << c;
    }
}

template <class T>
Matrix<T> normal(std::size_t rows, std::size_t columns) {
    const Matrix<float> values = support::normal_rows(rows, columns, rows);
    Matrix<T> out(rows, columns);
    for (std::size_t i = 0; i < rows * columns; ++i)
        out.data()[i] = static_cast<T>(values.values()[i]) / T{3};
    return out;
}

TEST(ColumnMedians, AreThoseOfEachColumn) {
    for (const std::size_t rows : {1U, 2U, 3U, 255U, 256U})
        for (const std::size_t columns : {1U, 64U, 67U, 200U}) {
            expect_medians(normal<float>(rows, columns));
            expect_medians(normal<double>(rows, columns));
        }
}

TEST(ColumnMedians, OfTiesEndsAndBothSigns) {
    constexpr float largest = std::numeric_limits<float>::max();
    constexpr float smallest = std::numeric_limits<float>::denorm_min();
    constexpr std::size_t count = 6;
    Matrix<float> rows(5, count);
    const float columns[count][5] = {{2, 2, 2, -1, -1},
                                     {largest, -largest, smallest, -smallest, 0},
                                     {-3, -5, -4, -4, -9},
                                     {INFINITY, INFINITY, largest, INFINITY, -INFINITY},
                                     {0.0F, -0.0F, -0.0F, 0.0F, -0.0F},
                                     {0.0F, -0.0F, -0.0F, 0.0F, 0.0F}};
    for (std::size_t i = 0; i < 5; ++i)
        for (std::size_t c = 0; c < count; ++c)
            rows(i, c) = columns[c][i];
    expect_medians(rows);
}

} // namespace
} // namespace stratoscope::engine
