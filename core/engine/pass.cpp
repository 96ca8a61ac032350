#include "core/engine/pass.h"

#include "core/base/thread_pool.h"
#include "core/engine/blas.h"
#include "core/engine/grain.h"
#include "core/engine/multiversion_private.h"
#include "core/engine/subsets.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>

namespace stratoscope::engine {
namespace {

// Rows a grain: small, so that the first little block already keeps several threads busy.
constexpr std::size_t grain_rows = 16;
constexpr std::size_t most_rows = 256;
// Columns a product: some 10 ms of work, so that a cancellation is heard soon.
constexpr std::size_t product_columns = 2048;

STRATOSCOPE_MULTIVERSION
void distances_from_products(float* row, std::size_t n, float length, const float* lengths) {
    for (std::size_t j = 0; j < n; ++j) {
        const float d2 = length + lengths[j] - 2.0F * row[j];
        row[j] = d2 > 0.0F ? d2 : 0.0F;
    }
}

void finish_distances(const PreparedLayer& layer, std::size_t image, float* row) {
    distances_from_products(row, layer.images(), layer.squared_lengths()[image],
                            layer.squared_lengths().data());
    for (const std::uint32_t twin : layer.twins(image))
        row[twin] = 0.0F;
    row[image] = std::numeric_limits<float>::infinity();
}

// The queries of one block: their rows of every layer side by side, and the tile of products with all images.
class Block {
  public:
    Block(const PreparedLayers& layers, std::size_t rows, std::size_t images)
        : layers_(layers), images_(images) {
        queries_.reserve(layers.size());
        for (const auto& layer : layers)
            queries_.emplace_back(rows, layer->dimension());
        // Not filled with zeros: that alone would take longer than the first picture may.
        tile_ = std::make_unique_for_overwrite<float[]>(
            checked_product(layers.size() * rows, images, "a tile of distances"));
        rows_ = rows;
    }

    void multiply(std::span<const std::uint32_t> queries, const Task& task) {
        count_ = queries.size();
        task.pool.parallel_for(layers_.size(), [&](std::size_t layer, std::size_t) {
            task.check();
            for (std::size_t r = 0; r < count_; ++r)
                std::ranges::copy(layers_[layer]->working().row(queries[r]), queries_[layer].row(r).begin());
        });
        const std::size_t parts = (images_ + product_columns - 1) / product_columns;
        task.pool.parallel_for(layers_.size() * parts, [&](std::size_t item, std::size_t) {
            task.check();
            const std::size_t layer = item / parts;
            const std::size_t first = item % parts * product_columns;
            const std::size_t columns = std::min(product_columns, images_ - first);
            multiply_transposed(std::as_const(queries_[layer]).view().middle_rows(0, count_),
                                layers_[layer]->working().middle_rows(first, columns),
                                {row(layer, 0) + first, count_, columns, images_});
        });
    }

    [[nodiscard]] float* row(std::size_t layer, std::size_t r) {
        return tile_.get() + (layer * rows_ + r) * images_;
    }

  private:
    const PreparedLayers& layers_;
    std::size_t images_;
    std::size_t rows_ = 0;
    std::size_t count_ = 0;
    std::vector<Matrix<float>> queries_;
    std::unique_ptr<float[]> tile_;
};

std::size_t largest_block(const PassPlan& plan, std::size_t images) {
    const std::size_t row_bytes =
        checked_product(plan.layers.size() * sizeof(float), images, "a row of distances");
    const std::size_t fitting =
        plan.tile_bytes / std::max<std::size_t>(1, row_bytes) / grain_rows * grain_rows;
    return std::clamp(fitting, grain_rows, most_rows);
}

} // namespace

std::vector<std::uint32_t> shuffled(std::size_t n, std::uint64_t seed) {
    std::vector<std::uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0U);
    std::uint64_t state = seed ^ (0x9e3779b97f4a7c15ULL * (n + 1));
    const auto next =
        [&state] { // SplitMix64 (Steele, Lea, Flood 2014): the standard library's shuffles differ by platform
            state += 0x9e3779b97f4a7c15ULL;
            std::uint64_t z = state;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
            return z ^ (z >> 31);
        };
    for (std::size_t i = n; i > 1; --i)
        std::swap(order[i - 1], order[next() % i]);
    return order;
}

void squared_distances(const PreparedLayer& layer, std::span<const std::uint32_t> images,
                       MatrixView<float> out) {
    keep_blas_single_threaded();
    Matrix<float> queries(images.size(), layer.dimension());
    for (std::size_t r = 0; r < images.size(); ++r)
        std::ranges::copy(layer.working().row(images[r]), queries.row(r).begin());
    multiply_transposed(std::as_const(queries).view(), layer.working(), out);
    for (std::size_t r = 0; r < images.size(); ++r)
        finish_distances(layer, images[r], out.row(r).data());
}

PassSums run_pass(const PassPlan& plan, const Task& task, const PassWatcher& watcher) {
    keep_blas_single_threaded();
    const std::size_t images = plan.layers.front()->images();
    const std::size_t layers = plan.layers.size();
    const std::vector<std::uint32_t> order = shuffled(images, plan.seed);
    const GrainTables tables(plan, images);

    PassSums sums = tables.empty_sums();
    std::vector<GrainWorker> workers;
    workers.reserve(task.pool.size());
    for (std::size_t worker = 0; worker < task.pool.size(); ++worker)
        workers.emplace_back(plan, tables);

    const std::size_t largest = largest_block(plan, images);
    Block block(plan.layers, std::min(largest, (images + grain_rows - 1) / grain_rows * grain_rows), images);
    std::size_t rows = std::clamp(images / 160 / grain_rows * grain_rows, 2 * grain_rows, largest);
    std::vector<GrainSums> grains(largest / grain_rows, GrainSums(plan, tables));

    for (std::size_t first = 0; first < images;) {
        const std::size_t count = std::min(rows, images - first);
        const std::span<const std::uint32_t> queries{order.data() + first, count};
        block.multiply(queries, task);
        const std::size_t used = (count + grain_rows - 1) / grain_rows;
        task.pool.parallel_for(used, [&](std::size_t grain, std::size_t worker) {
            grains[grain].clear();
            std::vector<float*> row(layers);
            for (std::size_t r = grain * grain_rows; r < std::min(count, (grain + 1) * grain_rows); ++r) {
                task.check();
                for (std::size_t layer = 0; layer < layers; ++layer)
                    row[layer] = block.row(layer, r);
                if (plan.gram)
                    workers[worker].add_products(queries[r], row, sums.gram, grains[grain]);
                if (plan.imbalance || plan.overlap) {
                    for (std::size_t layer = 0; layer < layers; ++layer)
                        finish_distances(*plan.layers[layer], queries[r], row[layer]);
                    workers[worker].add_ranks(queries[r], row, sums, grains[grain]);
                }
            }
        });
        for (std::size_t grain = 0; grain < used; ++grain)
            grains[grain].add_to(sums);
        first += count;
        sums.done = first;
        sums.rechecks = 0;
        for (const GrainWorker& worker : workers)
            sums.rechecks += worker.rechecks();
        task.report(static_cast<double>(first) / static_cast<double>(images), "comparing");
        if (watcher)
            watcher(sums);
        rows = std::min(2 * rows, largest);
    }
    return sums;
}

} // namespace stratoscope::engine
