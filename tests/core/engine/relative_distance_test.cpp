#include "core/engine/packed_rows.h"
#include "tests/core/engine/prepared_rows.h"
#include "tests/support/made_up_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace stratoscope::engine {
namespace {

float typical_of(const Matrix<float>& rows) {
    return prepared_rows({rows})[0]->typical_squared_distance();
}

TEST(TypicalSquaredDistance, IsTwiceTheMiddleSquaredLength) {
    const PreparedLayers layers = prepared_rows({support::normal_rows(301, 768, 3)});
    std::vector<float> lengths = layers[0]->squared_lengths();
    std::ranges::sort(lengths);
    EXPECT_FLOAT_EQ(layers[0]->typical_squared_distance(), 2.0F * lengths[150]);
}

TEST(TypicalSquaredDistance, IsSmallWhereSomeRowsAreShort) {
    constexpr std::size_t images = 300;
    Matrix<float> rows = support::normal_rows(images, 64, 3);
    for (std::size_t i = 0; i < images; ++i)
        for (float& x : rows.row(i)) // medians are 0
            x = (x > 1.0F ? x : 0.0F) * (i % 30 == 7 ? 1e-3F : 1.0F);
    const PreparedLayers layers = prepared_rows({rows});
    EXPECT_GT(layers[0]->typical_squared_distance(), 0.0F);
    std::vector<float> lengths = layers[0]->squared_lengths();
    std::ranges::sort(lengths);
    EXPECT_LE(layers[0]->typical_squared_distance(), 4.0F * lengths[3]);
}

TEST(TypicalSquaredDistance, IsNothingWhereProductsAreExactOrThereIsOneRow) {
    Matrix<float> whole = support::normal_rows(40, 5, 3);
    for (std::size_t i = 0; i < 40; ++i)
        for (float& x : whole.row(i))
            x = std::round(3.0F * x);
    EXPECT_EQ(typical_of(whole), 0.0F);
    EXPECT_EQ(typical_of(support::normal_rows(1, 5, 3)), 0.0F);
}

// Of a single column cosine leaves the signs, and of rows along one column each the same.
TEST(PreparedLayer, IsExactWhereCosineLeavesWholeNumbers) {
    const Matrix<float> column = support::normal_rows(300, 1, 3);
    Matrix<float> along(300, 5);
    for (std::size_t i = 0; i < 300; ++i)
        along(i, i % 5) = i % 7 == 2 ? 0.0F : column(i, 0);
    for (const Matrix<float>& rows : {column, along}) {
        EXPECT_FALSE(prepared_rows({rows})[0]->exact_products());
        const PreparedLayers layers = prepared_rows({rows}, Distance::cosine);
        EXPECT_TRUE(layers[0]->exact_products());
        EXPECT_EQ(layers[0]->typical_squared_distance(), 0.0F);
        std::vector<float> row(rows.cols());
        layers[0]->working_row(10, row);
        EXPECT_EQ(row[0], std::copysign(1.0F, rows(10, 0)));
    }
    Matrix<float> nearly = along;
    nearly(11, 3) = 1e-9F; // beside a value of 1 or so: no whole number, however long the other
    EXPECT_FALSE(prepared_rows({nearly}, Distance::cosine)[0]->exact_products());
}

TEST(PreparedLayer, RefusesRowsWhoseSquaresFloat32DoesNotHold) {
    Matrix<float> rows = support::normal_rows(20, 8, 3);
    rows(11, 2) = 1e17F;
    EXPECT_NO_THROW(prepared_rows({rows}));
    rows(11, 2) = 1e19F;
    try {
        prepared_rows({rows});
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::bad_data);
        EXPECT_NE(std::string(error.what()).find("image 11"), std::string::npos) << error.what();
    }
}

// Rows whose products cancel at last round more than noise does, and none of them is among the rows that tell
// how much that is: 64 of 1000.
TEST(Uncertainty, CoversSumsThatCancelInRowsThatAreFew) {
    constexpr std::size_t images = 1000;
    constexpr std::size_t dimension = 8192;
    constexpr std::size_t few = 8;
    Matrix<float> rows = support::normal_rows(images, dimension, 5);
    for (std::size_t i = 1; i <= few; ++i)
        for (std::size_t d = 0; d < dimension; ++d) {
            rows(i, d) = std::abs(rows(i, d));
            rows(500 + i, d) = std::abs(rows(500 + i, d)) * (d < dimension / 2 ? 1.0F : -1.0F);
        }
    const PreparedLayers layers = prepared_rows({rows});
    const PreparedLayer& layer = *layers[0];
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 1; i <= few; ++i)
        order.insert(order.end(), {i, 500 + i});
    const PackedRows packed(layer, order);
    PackedRows::Queries queries;
    packed.pack({0, order.size()}, queries);
    Matrix<float> found(order.size(), PackedRows::padded(order.size()));
    packed.relative_distances(queries, {0, order.size()}, found.view());
    for (std::size_t r = 0; r < order.size(); ++r)
        for (std::size_t c = 0; c < r; ++c) {
            const double truth = layer.exact_squared_distance(order[r], order[c]) -
                                 static_cast<double>(layer.typical_squared_distance());
            EXPECT_LE(std::abs(static_cast<double>(found(r, c)) - truth),
                      layer.uncertainty(order[r], order[c], found(r, c)));
        }
}

} // namespace
} // namespace stratoscope::engine
