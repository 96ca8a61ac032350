#include "core/base/median.h"
#include "core/engine/column_medians.h"
#include "tests/support/made_up_data.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace stratoscope::engine {
namespace {

// Column after column, as one would write it down.
template <class T>
void expect_medians(const Matrix<T>& rows) {
    std::vector<T> found(rows.cols());
    upper_medians(MatrixView<const T>(rows.data(), rows.rows(), rows.cols()), found);
    for (std::size_t c = 0; c < rows.cols(); ++c) {
        std::vector<T> column;
        for (std::size_t i = 0; i < rows.rows(); ++i)
            column.push_back(rows(i, c));
        EXPECT_EQ(found[c], upper_median(column)) << rows.rows() << " rows, column " << c;
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
    Matrix<float> rows(5, 4);
    const float columns[4][5] = {{2, 2, 2, -1, -1},
                                 {largest, -largest, smallest, -smallest, 0},
                                 {-3, -5, -4, -4, -9},
                                 {INFINITY, INFINITY, largest, INFINITY, -INFINITY}};
    for (std::size_t i = 0; i < 5; ++i)
        for (std::size_t c = 0; c < 4; ++c)
            rows(i, c) = columns[c][i];
    expect_medians(rows);
}

} // namespace
} // namespace stratoscope::engine
