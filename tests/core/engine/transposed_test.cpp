#include "core/engine/transposed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace stratoscope::engine {
namespace {

template <class T>
class Transposed : public testing::Test {};
using Types = testing::Types<float, std::uint32_t>;
TYPED_TEST_SUITE(Transposed, Types);

// Sizes around those of squares and of lines of the cache; between rows stands what must stay where it is.
TYPED_TEST(Transposed, HasRowsWhereColumnsWere) {
    constexpr std::size_t apart = 3;
    constexpr TypeParam untouched{7};
    for (const std::size_t rows : {1, 7, 8, 13, 16, 52})
        for (const std::size_t columns : {1, 8, 15, 16, 17, 33, 130}) {
            const std::size_t from_stride = columns + apart;
            const std::size_t to_stride = rows + apart;
            std::vector<TypeParam> from(rows * from_stride);
            for (std::size_t at = 0; at < from.size(); ++at)
                from[at] = static_cast<TypeParam>(at + 8);
            std::vector<TypeParam> to(columns * to_stride, untouched);
            transpose(from.data(), from_stride, rows, columns, to.data(), to_stride);
            for (std::size_t c = 0; c < columns; ++c) {
                for (std::size_t r = 0; r < rows; ++r)
                    ASSERT_EQ(to[c * to_stride + r], from[r * from_stride + c])
                        << rows << " x " << columns << " at " << r << ", " << c;
                ASSERT_EQ(std::count(to.begin() + static_cast<std::ptrdiff_t>(c * to_stride + rows),
                                     to.begin() + static_cast<std::ptrdiff_t>((c + 1) * to_stride),
                                     untouched),
                          apart);
            }
        }
}

TEST(MirrorUpper, MakesTheLowerTriangleFromTheUpper) {
    constexpr std::size_t side = 16;
    constexpr std::size_t rows = 4 * side;
    std::vector<float> square(rows * rows);
    const auto symmetric = [](std::size_t r, std::size_t c) {
        return static_cast<float>(std::min(r, c) * 100 + std::max(r, c));
    };
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = r / side * side; c < rows; ++c)
            square[r * rows + c] = symmetric(r, c);
    mirror_upper(square.data(), rows, rows, side);
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < rows; ++c)
            ASSERT_EQ(square[r * rows + c], symmetric(r, c)) << r << ", " << c;
}

} // namespace
} // namespace stratoscope::engine
