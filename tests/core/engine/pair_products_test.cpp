#include "core/engine/pair_products.h"
#include "tests/support/made_up_data.h"

#include <gtest/gtest.h>

#include <string>

namespace stratoscope::engine {
namespace {

class EachPairProducts : public testing::TestWithParam<const PairProducts*> {};

TEST_P(EachPairProducts, AddsWhatPlainLoopsDo) {
    for (const std::size_t rows : {4U, 8U, 20U})
        for (const std::size_t n : {0U, 16U, 48U, 512U}) {
            constexpr std::size_t stride = 520; // what lies behind n is not read into the sums
            const Matrix<float> values = support::normal_rows(rows, stride, 3);
            Matrix<double> out(rows, rows, 0.5);
            GetParam()->add(values.data(), stride, rows, n, out.data());
            for (std::size_t a = 0; a < rows; ++a)
                for (std::size_t b = a; b < rows; ++b) {
                    double sum = 0.5;
                    for (std::size_t p = 0; p < n; ++p)
                        sum += static_cast<double>(values(a, p)) * static_cast<double>(values(b, p));
                    EXPECT_NEAR(out(a, b), sum, 1e-6 * static_cast<double>(n)) << a << ", " << b;
                }
        }
}

INSTANTIATE_TEST_SUITE_P(OfThisMachine, EachPairProducts, testing::ValuesIn(pair_products()),
                         [](const auto& test) { return std::string(test.param->name); });

} // namespace
} // namespace stratoscope::engine
