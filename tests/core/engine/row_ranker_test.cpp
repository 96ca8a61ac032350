#include "core/engine/packed_rows.h"
#include "core/engine/row_ranker.h"
#include "tests/core/engine/prepared_rows.h"
#include "tests/support/made_up_data.h"
#include "tests/support/naive_reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace stratoscope::engine {
namespace {

constexpr std::size_t images = 200;
constexpr std::size_t dimension = 6;
constexpr std::size_t k = 5;

class Rankers : public testing::Test {
  protected:
    Rankers() {
        for (std::uint64_t seed = 1; seed <= 3; ++seed)
            values_.push_back(support::normal_rows(images, dimension, seed));
        values_.push_back(Matrix<float>(images, 2, 1.0F)); // constant
        layers_ = prepared_rows(values_);
        for (const auto& layer : layers_) {
            const PackedRows packed(*layer, file_order(images));
            PackedRows::Queries queries;
            packed.pack({0, images}, queries);
            Matrix<float>& rows = rows_.emplace_back(images, PackedRows::padded(images));
            packed.relative_distances(queries, {0, images}, rows.view());
            for (std::size_t i = 0; i < images; ++i)
                rows(i, i) = std::numeric_limits<float>::infinity();
        }
    }

    void look(RowRanker& ranker, std::size_t image, std::vector<const float*>& distances) const {
        distances.clear();
        for (const Matrix<float>& rows : rows_)
            distances.push_back(rows.row(image).data());
        ranker.look(image, distances, images, {}, k);
    }
    void expect_divergences(const RowRanker& ranker, std::size_t image) const {
        std::vector<double> found(layers_.size());
        for (std::size_t a = 0; a < layers_.size(); ++a) {
            ranker.divergences(a, k, found);
            for (std::size_t b = 0; b < layers_.size(); ++b) {
                const bool constant = layers_[a]->constant() || layers_[b]->constant();
                const double expected = constant ? 1.0
                                                 : support::naive_divergence(values_[a], values_[b], k,
                                                                             Distance::euclidean)[image];
                EXPECT_NEAR(found[b], expected, 1e-12) << a << " to " << b << ", image " << image;
            }
        }
    }

    std::vector<Matrix<float>> values_;
    PreparedLayers layers_;
    std::vector<Matrix<float>> rows_;
    LayerRoles roles_{std::vector<bool>(4, true), std::vector<bool>(4, true)};
};

TEST_F(Rankers, OfOneRow) {
    RowRanker ranker(layers_, roles_);
    std::vector<const float*> distances;
    look(ranker, 17, distances);
    ranker.rank(k);
    expect_divergences(ranker, 17);
}

// As grains have them: several rows are open, another is ranked in between, and all share their scratch.
TEST_F(Rankers, OfRowsThatAreOpenTogether) {
    const auto scratch = std::make_shared<RankerScratch>();
    std::vector<RowRanker> rankers(2, RowRanker(layers_, roles_, scratch));
    RowRanker between(layers_, roles_, scratch);
    std::vector<OpenDoubts> open(layers_.size());
    std::vector<const float*> distances;
    for (std::size_t image = 0; image < 2; ++image) {
        look(rankers[image], image, distances);
        rankers[image].rank(k, open);
        look(between, 100 + image, distances);
        between.rank(k);
        expect_divergences(between, 100 + image);
    }
    for (std::size_t layer = 0; layer < layers_.size(); ++layer)
        open[layer].settle(*layers_[layer]);
    for (std::size_t image = 0; image < 2; ++image) {
        rankers[image].complete();
        expect_divergences(rankers[image], image);
    }
}

} // namespace
} // namespace stratoscope::engine
