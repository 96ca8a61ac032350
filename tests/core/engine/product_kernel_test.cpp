#include "core/engine/product_kernel.h"
#include "tests/support/made_up_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace stratoscope::engine {
namespace {

constexpr std::size_t depth = 37 + ProductKernel::summed_at_a_time;
constexpr float untouched = -7.0F;

class EachKernel : public testing::TestWithParam<const ProductKernel*> {
  protected:
    [[nodiscard]] const ProductKernel& kernel() const { return *GetParam(); }

    // Queries and panel are read in steps of a tile's rows and columns: a matrix whose rows are the depth.
    Matrix<float> queries_ = support::normal_rows(depth, kernel().rows, 1);
    Matrix<float> panel_ = support::normal_rows(depth + 8, kernel().columns, 2); // it is read ahead
    std::size_t stride_ = kernel().columns + 3;
    std::vector<float> out_ = std::vector<float>(kernel().rows * stride_, untouched);

    [[nodiscard]] double naive(std::size_t r, std::size_t c, std::size_t first, std::size_t end) const {
        double sum = 0.0;
        for (std::size_t k = first; k < end; ++k)
            sum += static_cast<double>(queries_(k, r)) * static_cast<double>(panel_(k, c));
        return sum;
    }
    void multiply(std::size_t begin, std::size_t end, std::size_t rows, bool first,
                  const TileEnd& tile_end = {}) {
        kernel().tile(end - begin, queries_.row(begin).data(), panel_.row(begin).data(), panel_.data(),
                      out_.data(), stride_, rows, first, tile_end);
    }
};

TEST_P(EachKernel, SumsOverTheDimension) {
    multiply(0, depth, kernel().rows, true);
    for (std::size_t r = 0; r < kernel().rows; ++r)
        for (std::size_t c = 0; c < kernel().columns; ++c)
            EXPECT_NEAR(out_[r * stride_ + c], naive(r, c, 0, depth), 2e-5) << r << ", " << c;
}

// 2²⁴ + 1 is no float32: added one by one to the first product, the others would be lost.
TEST_P(EachKernel, SumsTheSecondHalfByItself) {
    constexpr std::size_t half = ProductKernel::summed_at_a_time;
    const std::vector<float> ones(2 * half * kernel().rows, 1.0F);
    std::vector<float> panel((2 * half + 8) * kernel().columns, 0.0F);
    std::fill_n(panel.begin(), kernel().columns, 0x1p24F);
    std::fill_n(panel.begin() + static_cast<std::ptrdiff_t>(half * kernel().columns), half * kernel().columns,
                1.0F);
    kernel().tile(2 * half, ones.data(), panel.data(), panel.data(), out_.data(), stride_, kernel().rows,
                  true, {});
    for (std::size_t r = 0; r < kernel().rows; ++r)
        for (std::size_t c = 0; c < kernel().columns; ++c)
            ASSERT_EQ(out_[r * stride_ + c], 0x1p24F + static_cast<float>(half)) << r << ", " << c;
}

TEST_P(EachKernel, AddsLaterPartsOfTheDimension) {
    multiply(0, 20, kernel().rows, true);
    multiply(20, depth, kernel().rows, false);
    for (std::size_t r = 0; r < kernel().rows; ++r)
        for (std::size_t c = 0; c < kernel().columns; ++c)
            EXPECT_NEAR(out_[r * stride_ + c], naive(r, c, 0, depth), 2e-5) << r << ", " << c;
}

TEST_P(EachKernel, AddsLengthsAndNeverGoesBelowTheLeast) {
    constexpr float least = -2.0F;
    std::vector<float> rows(kernel().rows);
    std::vector<float> columns(kernel().columns);
    for (std::size_t r = 0; r < rows.size(); ++r)
        rows[r] = 0.25F * static_cast<float>(r);
    for (std::size_t c = 0; c < columns.size(); ++c)
        columns[c] = 0.5F * static_cast<float>(c) - 3.0F;
    multiply(0, depth, kernel().rows, true, {rows.data(), columns.data(), least});
    bool clamped = false;
    for (std::size_t r = 0; r < rows.size(); ++r)
        for (std::size_t c = 0; c < columns.size(); ++c) {
            const double expected =
                naive(r, c, 0, depth) + static_cast<double>(rows[r]) + static_cast<double>(columns[c]);
            EXPECT_NEAR(out_[r * stride_ + c], std::max(static_cast<double>(least), expected), 2e-5)
                << r << ", " << c;
            clamped = clamped || expected < static_cast<double>(least) - 0.1;
        }
    EXPECT_TRUE(clamped) << "the test has no sum below the least";
}

TEST_P(EachKernel, LeavesRowsBeyondThoseUsedAndColumnsBeyondTheTile) {
    const std::size_t used = kernel().rows - 1;
    multiply(0, depth, used, true);
    for (std::size_t r = 0; r < kernel().rows; ++r)
        for (std::size_t c = r < used ? kernel().columns : 0; c < stride_; ++c)
            EXPECT_EQ(out_[r * stride_ + c], untouched) << r << ", " << c;
}

TEST_P(EachKernel, StoresItselfTransposedToo) {
    const std::vector<float> lengths(std::max(kernel().rows, kernel().columns), 0.5F);
    const std::size_t stride = kernel().rows + 3;
    for (std::size_t used = 2; used <= kernel().rows; used += 2)
        for (const float* added : {static_cast<const float*>(nullptr), lengths.data()}) {
            std::vector<float> mirror(kernel().columns * stride, untouched);
            std::ranges::fill(out_, untouched);
            multiply(0, 20, used, true);
            multiply(20, depth, used, false, {added, added, -100.0F, mirror.data(), stride});
            for (std::size_t c = 0; c < kernel().columns; ++c)
                for (std::size_t r = 0; r < stride; ++r)
                    EXPECT_EQ(mirror[c * stride + r], r < used ? out_[r * stride_ + c] : untouched)
                        << r << ", " << c << " of " << used;
        }
}

INSTANTIATE_TEST_SUITE_P(OfThisMachine, EachKernel, testing::ValuesIn(product_kernels()),
                         [](const auto& test) { return std::string(test.param->name); });

TEST(ProductKernels, TheWidestIsTaken) {
    EXPECT_EQ(&product_kernel(), product_kernels().front());
    EXPECT_STREQ(product_kernels().back()->name, "plain");
}

} // namespace
} // namespace stratoscope::engine
