#include "core/base/thread_pool.h"
#include "core/engine/packed_rows.h"
#include "tests/support/made_up_data.h"
#include "tests/support/naive_reference.h"

#include <gtest/gtest.h>

#include <string>

namespace stratoscope::engine {
namespace {

constexpr std::size_t images = 333;

class PackedRowsOf : public testing::TestWithParam<std::size_t> {
  protected:
    PackedRowsOf() {
        for (std::size_t position = 0; position < images; ++position)
            order_.push_back(static_cast<std::uint32_t>(position * 70 % images));
        const Dataset dataset = support::dataset_of({values_});
        layer_.emplace(dataset.models[0].layers[0], "m/l0", Distance::euclidean, Task{pool_});
        packed_.emplace(*layer_, order_);
    }

    [[nodiscard]] double naive(std::size_t row, std::size_t column) const {
        return distances_(order_[row], order_[column]) -
               static_cast<double>(layer_->typical_squared_distance());
    }
    // Rounding of 2x·y, and of what relative lengths add, in float32.
    [[nodiscard]] static double bar() { return 2e-6 * static_cast<double>(GetParam()) + 1e-5; }

    [[nodiscard]] PackedRows::Queries& packed(Range rows) {
        packed_->pack(rows, queries_);
        return queries_;
    }

    ThreadPool pool_{1};
    PackedRows::Queries queries_;
    Matrix<float> values_ = support::normal_rows(images, GetParam(), 3);
    Matrix<double> distances_ = support::naive_squared_distances(values_, Distance::euclidean);
    std::vector<std::uint32_t> order_;
    std::optional<PreparedLayer> layer_;
    std::optional<PackedRows> packed_;
};

TEST_P(PackedRowsOf, DistancesOfAnyRanges) {
    for (const Range rows : {Range{0, images}, Range{5, 1}, Range{32, 200}, Range{320, 13}})
        for (const Range columns : {Range{0, images}, Range{32, 7}, Range{288, 45}}) {
            Matrix<float> out(rows.count, PackedRows::padded(columns.count));
            packed_->relative_distances(packed(rows), columns, out.view());
            for (std::size_t r = 0; r < rows.count; ++r)
                for (std::size_t c = 0; c < columns.count; ++c)
                    ASSERT_NEAR(out(r, c), naive(rows.first + r, columns.first + c), bar())
                        << rows.first + r << ", " << columns.first + c;
        }
}

TEST_P(PackedRowsOf, EachDistanceHasTheSameBitsFromBothSides) {
    Matrix<float> all(images, PackedRows::padded(images));
    packed_->relative_distances(packed({0, images}), {0, images}, all.view());
    for (std::size_t r = 0; r < images; ++r)
        for (std::size_t c = 0; c < r; ++c)
            ASSERT_EQ(all(r, c), all(c, r)) << r << ", " << c;
    Matrix<float> one(1, PackedRows::padded(images)); // nor do they follow from who is computed beside
    packed_->relative_distances(packed({77, 1}), {0, images}, one.view());
    for (std::size_t c = 0; c < images; ++c)
        ASSERT_EQ(one(0, c), all(77, c)) << c;
}

TEST_P(PackedRowsOf, ProductsAndLengthsAreDistances) {
    const std::size_t width = PackedRows::padded(images);
    Matrix<float> distances(images, width);
    Matrix<float> products(images, width);
    packed_->relative_distances(packed({0, images}), {0, images}, distances.view());
    packed_->products(packed({0, images}), {0, images}, products.view());
    for (std::size_t r = 0; r < images; ++r) {
        packed_->add_lengths(r, products.row(r).first(images));
        for (std::size_t c = 0; c < images; ++c)
            ASSERT_EQ(products(r, c), distances(r, c)) << r << ", " << c;
    }
}

TEST_P(PackedRowsOf, TheUpperTriangleAlone) {
    constexpr float untouched = -7.0F;
    constexpr std::size_t side = PackedRows::alignment;
    const Range range{64, 250};
    Matrix<float> all(range.count, PackedRows::padded(range.count));
    Matrix<float> upper(range.count, PackedRows::padded(range.count), untouched);
    packed_->relative_distances(packed(range), range, all.view());
    packed_->relative_distances(packed(range), range, upper.view(), PackedRows::Fill::upper);
    std::size_t left = 0;
    for (std::size_t r = 0; r < range.count; ++r)
        for (std::size_t c = 0; c < range.count; ++c) {
            if (c / side >= r / side) {
                ASSERT_EQ(upper(r, c), all(r, c)) << r << ", " << c;
            }
            left += upper(r, c) == untouched ? 1 : 0;
        }
    EXPECT_GT(left, range.count * range.count / 4) << "nothing was saved";
}

TEST_P(PackedRowsOf, AMirrorForSomeColumns) {
    constexpr float untouched = -7.0F;
    constexpr std::size_t side = PackedRows::alignment;
    const Range rows{32, 64};
    const Range columns{96, images - 96};
    const std::size_t width = PackedRows::padded(columns.count);
    for (const bool with_lengths : {true, false}) {
        Matrix<float> out(rows.count, width);
        Matrix<float> mirrored(width, rows.count, untouched);
        std::vector<float*> panels(width / side, nullptr);
        for (std::size_t panel = 2; panel < panels.size(); ++panel)
            panels[panel] = mirrored.row(panel * side).data();
        const Mirror mirror{panels, rows.count};
        if (with_lengths)
            packed_->relative_distances(packed(rows), columns, out.view(), PackedRows::Fill::all, mirror);
        else
            packed_->products(packed(rows), columns, out.view(), PackedRows::Fill::all, mirror);
        for (std::size_t r = 0; r < rows.count; ++r)
            for (std::size_t c = 0; c < width; ++c)
                ASSERT_EQ(mirrored(c, r), c < 2 * side ? untouched : out(r, c)) << r << ", " << c;
    }
}

INSTANTIATE_TEST_SUITE_P(Dimensions, PackedRowsOf, testing::Values(1, 5, 256, 257, 700),
                         [](const auto& test) { return "D" + std::to_string(test.param); });

} // namespace
} // namespace stratoscope::engine
