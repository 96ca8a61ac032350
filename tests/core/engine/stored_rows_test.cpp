#include "core/engine/stored_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace stratoscope::engine {
namespace {

constexpr std::size_t cols = 5;

// Thirds are no float16; whole numbers are.
std::vector<float> row_of(std::size_t i, bool whole) {
    std::vector<float> row(cols);
    for (std::size_t c = 0; c < cols; ++c)
        row[c] = static_cast<float>(10 * i + c) / (whole ? 1.0F : 3.0F);
    return row;
}

void append(StoredRows& rows, const std::vector<float>& row) {
    rows.append(MatrixView<const float>(row.data(), 1, cols));
}

void expect_row(const StoredRows& rows, std::size_t i, const std::vector<float>& expected) {
    rows.with_row(i, [&](auto row) { EXPECT_TRUE(std::ranges::equal(row, expected)) << i; });
}

TEST(StoredRows, AreTheSameReadInPlaceAndAppended) {
    StoredRows rows(4, cols, StoredRows::Place::memory);
    append(rows, row_of(0, false));
    for (std::size_t i = 1; i < 4; ++i) {
        const MatrixView<float> place = rows.place_of_next<float>(1);
        ASSERT_NE(place.data, nullptr);
        std::ranges::copy(row_of(i, false), place.row(0).begin());
        rows.append(MatrixView<const float>(place));
    }
    EXPECT_EQ(rows.kind(), StoredRows::Kind::float32);
    for (std::size_t i = 0; i < 4; ++i)
        expect_row(rows, i, row_of(i, false));
}

TEST(StoredRows, HaveNoPlaceForRowsBeforeTheirTypeIsKnown) {
    StoredRows rows(3, cols, StoredRows::Place::memory);
    EXPECT_EQ(rows.place_of_next<float>(1).data, nullptr);
    append(rows, row_of(0, true));
    ASSERT_EQ(rows.kind(), StoredRows::Kind::float16);
    EXPECT_EQ(rows.place_of_next<float>(1).data, nullptr) << "they are kept narrower";
    append(rows, row_of(1, false)); // and from here on wider
    EXPECT_NE(rows.place_of_next<float>(1).data, nullptr);
    EXPECT_EQ(rows.place_of_next<double>(1).data, nullptr);
    append(rows, row_of(2, true));
    for (std::size_t i = 0; i < 3; ++i)
        expect_row(rows, i, row_of(i, i != 1));
}

TEST(StoredRows, HaveNoPlaceInAFile) {
    StoredRows rows(2, cols, StoredRows::Place::scratch_file);
    append(rows, row_of(0, false));
    EXPECT_EQ(rows.place_of_next<float>(1).data, nullptr);
    append(rows, row_of(1, false));
    expect_row(rows, 1, row_of(1, false));
}

} // namespace
} // namespace stratoscope::engine
