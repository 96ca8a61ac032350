// Each kernel of the engine by itself, in units a reader can hold against the machine: multiply-adds and
// values a second. What they add up to is engine_floor.cpp's business.
#include "core/base/thread_pool.h"
#include "core/data/memory_rows.h"
#include "core/engine/column_medians.h"
#include "core/engine/distance_histogram.h"
#include "core/engine/kernel_sums.h"
#include "core/engine/marked_cells.h"
#include "core/engine/near_order.h"
#include "core/engine/open_doubts.h"
#include "core/engine/packed_rows.h"
#include "core/engine/pair_products.h"
#include "core/engine/prepared_layer.h"
#include "core/engine/rank_counting.h"

#include <benchmark/benchmark.h>
#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace {

using namespace stratoscope;
using namespace stratoscope::engine;

std::shared_ptr<const PreparedLayer> random_layer(std::size_t images, std::size_t dimension) {
    std::mt19937_64 random(5);
    std::normal_distribution<float> normal;
    Matrix<float> rows(images, dimension);
    for (std::size_t i = 0; i < images * dimension; ++i)
        rows.data()[i] = normal(random);
    Layer layer;
    layer.name = "layer";
    layer.rows = rows_in_memory(std::move(rows));
    ThreadPool pool(1);
    return std::make_shared<const PreparedLayer>(layer, "model/layer", Distance::euclidean, Task{pool});
}

// Squared distances as a row of a pass holds them: of a normal spread, itself at infinity.
std::vector<float> row_of_distances(std::size_t images, unsigned seed = 6) {
    std::mt19937_64 random(seed);
    std::normal_distribution<float> normal(1500.0F, 120.0F);
    std::vector<float> row(images);
    for (float& d2 : row)
        d2 = std::max(1.0F, normal(random));
    row[images / 2] = std::numeric_limits<float>::infinity();
    return row;
}

std::vector<CountBounds> bounds_in(const std::vector<float>& row, std::size_t count) {
    std::mt19937_64 random(7);
    std::vector<CountBounds> bounds;
    while (bounds.size() < count)
        if (const float at = row[random() % row.size()]; std::isfinite(at))
            bounds.push_back({at * 0.999999F, at * 1.000001F});
    return bounds;
}

void multiply_adds(benchmark::State& state, double products) {
    state.counters["multiply_adds"] =
        benchmark::Counter(products, benchmark::Counter::kIsIterationInvariantRate);
}

void blas_product(benchmark::State& state) {
    const auto images = static_cast<int>(state.range(0));
    const auto dimension = static_cast<int>(state.range(1));
    const auto layer = random_layer(state.range(0), state.range(1));
    Matrix<float> rows(state.range(0), state.range(1));
    for (std::size_t i = 0; i < rows.rows(); ++i)
        layer->working_row(i, rows.row(i));
    Matrix<float> out(rows.rows(), rows.rows());
    openblas_set_num_threads(1);
    for (auto _ : state) {
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, images, images, dimension, 1.0F, rows.data(),
                    dimension, rows.data(), dimension, 0.0F, out.data(), images);
        benchmark::DoNotOptimize(out.data());
    }
    multiply_adds(state, static_cast<double>(images) * images * dimension);
}
BENCHMARK(blas_product)->Args({2048, 768})->Unit(benchmark::kMillisecond);

// range(2): 512 rows at a time against all columns, or against their own and later ones alone.
void packed_product(benchmark::State& state) {
    const auto images = static_cast<std::size_t>(state.range(0));
    const bool upper = state.range(2) != 0;
    const auto layer = random_layer(images, state.range(1));
    const PackedRows packed(*layer, file_order(images));
    Matrix<float> out(512, images);
    PackedRows::Queries queries;
    double products = 0.0;
    for (std::size_t first = 0; first < images; first += 512)
        for (std::size_t r = first; r < first + 512; ++r)
            products +=
                static_cast<double>(upper ? images - r : images) * static_cast<double>(state.range(1));
    for (auto _ : state)
        for (std::size_t first = 0; first < images; first += 512) {
            const std::size_t from = upper ? first : 0;
            packed.pack({first, 512}, queries);
            packed.relative_distances(queries, {from, images - from}, out.view(),
                                      upper ? PackedRows::Fill::upper : PackedRows::Fill::all);
            benchmark::DoNotOptimize(out.data());
        }
    multiply_adds(state, products);
}
BENCHMARK(packed_product)->Args({2048, 768, 0})->Args({2048, 768, 1})->Unit(benchmark::kMillisecond);

void packing(benchmark::State& state) {
    const auto layer = random_layer(state.range(0), state.range(1));
    for (auto _ : state)
        benchmark::DoNotOptimize(PackedRows(*layer, file_order(state.range(0))).squared_lengths());
    state.SetItemsProcessed(state.iterations() * state.range(0) * state.range(1));
}
BENCHMARK(packing)->Args({2048, 768})->Unit(benchmark::kMillisecond);

void preparing(benchmark::State& state) {
    for (auto _ : state) {
        state.PauseTiming();
        std::mt19937_64 random(5);
        Matrix<float> rows(state.range(0), state.range(1));
        for (std::size_t i = 0; i < rows.values().size(); ++i)
            rows.data()[i] = static_cast<float>(random() >> 40) * 0x1.1p-20F;
        Layer layer;
        layer.rows = rows_in_memory(std::move(rows));
        ThreadPool pool(1);
        state.ResumeTiming();
        benchmark::DoNotOptimize(
            PreparedLayer(layer, "model/layer", Distance::euclidean, Task{pool}).images());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0) * state.range(1));
}
BENCHMARK(preparing)->Args({2048, 768})->Unit(benchmark::kMillisecond);

void medians_of_columns(benchmark::State& state) {
    std::mt19937_64 random(8);
    std::normal_distribution<float> normal;
    Matrix<float> rows(state.range(0), state.range(1));
    for (std::size_t i = 0; i < rows.values().size(); ++i)
        rows.data()[i] = normal(random);
    std::vector<float> medians(rows.cols());
    for (auto _ : state) {
        upper_medians(MatrixView<const float>(rows.view()), medians);
        benchmark::DoNotOptimize(medians.data());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0) * state.range(1));
}
BENCHMARK(medians_of_columns)->Args({256, 768})->Unit(benchmark::kMicrosecond);

void counting_by_comparing(benchmark::State& state) {
    const std::vector<float> row = row_of_distances(state.range(0));
    const std::vector<CountBounds> bounds = bounds_in(row, state.range(1));
    std::vector<Counts> counts(bounds.size());
    for (auto _ : state) {
        count_by_comparing(row, bounds, counts);
        benchmark::DoNotOptimize(counts.data());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(counting_by_comparing)->Args({5000, 8})->Args({5000, 24});

void finding_marked_cells(benchmark::State& state) {
    std::mt19937 random(6);
    const auto cells = static_cast<std::size_t>(state.range(1));
    CellMarks marks;
    for (std::size_t cell = 0; cell < cells; cell += 8)
        marks.set(cell);
    std::vector<std::uint16_t> cell(state.range(0));
    for (std::uint16_t& one : cell)
        one = static_cast<std::uint16_t>(random() % cells);
    std::vector<std::uint32_t> found(cell.size() + 16);
    for (auto _ : state)
        benchmark::DoNotOptimize(marked_cells().front()->find(cell.data(), cell.size(), marks, found.data()));
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(finding_marked_cells)->ArgsProduct({{5000}, {1024, 2048, 4096}});

// What lies up to the largest bound is found first, as NearOrder does. Rows in turn, as a pass has them: a
// processor learns the branches that follow from a single one by heart.
void counting_by_cells(benchmark::State& state) {
    constexpr unsigned turns = 32;
    struct Question {
        std::vector<float> row;
        std::vector<CountBounds> bounds;
        float largest;
    };
    std::vector<Question> questions;
    for (unsigned turn = 0; turn < turns; ++turn) {
        std::vector<float> row = row_of_distances(state.range(0), turn);
        std::vector<CountBounds> bounds = bounds_in(row, state.range(1));
        const float largest = highest_bound(bounds);
        questions.push_back({std::move(row), std::move(bounds), largest});
    }
    std::vector<Counts> counts(state.range(1));
    FoundDistances found;
    CellCounter counter;
    std::size_t turn = 0;
    for (auto _ : state) {
        const Question& now = questions[turn++ % turns];
        found.find(now.row, 0.0F, now.largest);
        counter.count(found.values(), found.columns(), now.bounds, counts);
        benchmark::DoNotOptimize(counts.data());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(counting_by_cells)->Args({5000, 24})->Args({5000, 200})->Args({5000, 1200})->Args({50000, 200});

// range(1): how many of a hundred lie between the bounds.
void scanning(benchmark::State& state) {
    std::vector<float> row = row_of_distances(state.range(0));
    std::vector<float> sorted = row;
    std::ranges::sort(sorted);
    const float high = sorted[sorted.size() * static_cast<std::size_t>(state.range(1)) / 100];
    FoundDistances found;
    for (auto _ : state) {
        found.find(row, 0.0F, high);
        benchmark::DoNotOptimize(found.size());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(scanning)->Args({5000, 1})->Args({5000, 30})->Args({5000, 95});

void nearest_places(benchmark::State& state) {
    const auto layer = random_layer(state.range(0), 64);
    const PackedRows packed(*layer, file_order(state.range(0)));
    Matrix<float> row(1, PackedRows::padded(state.range(0)));
    PackedRows::Queries queries;
    packed.pack({0, 1}, queries);
    packed.relative_distances(queries, {0, packed.rows()}, row.view());
    row(0, 0) = std::numeric_limits<float>::infinity();
    NearOrder order;
    NearestPlaces places;
    for (auto _ : state) {
        order.look_at(*layer, 0, {row.data(), packed.rows()});
        order.nearest(state.range(1), places);
        benchmark::DoNotOptimize(places.place.data());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(nearest_places)->Args({5000, 1})->Args({5000, 30})->Args({5000, 100});

// range(1): doubts a query image; 128 images settle theirs together, as a pass lets them.
void settling_doubts(benchmark::State& state) {
    constexpr std::uint32_t together = 128;
    const auto images = static_cast<std::uint32_t>(state.range(0));
    const auto layer = random_layer(images, 768);
    std::mt19937_64 random(8);
    OpenDoubts open;
    std::vector<std::uint32_t> ranks(together * static_cast<std::size_t>(state.range(1)));
    for (auto _ : state) {
        state.PauseTiming();
        std::size_t at = 0;
        for (std::uint32_t image = 0; image < together; ++image)
            for (std::int64_t doubt = 0; doubt < state.range(1); ++doubt) {
                const std::uint32_t other = open.ask(image, random() % images);
                open.add(ranks[at++], other, open.ask(image, random() % images));
            }
        state.ResumeTiming();
        benchmark::DoNotOptimize(open.settle(*layer));
    }
    state.SetItemsProcessed(state.iterations() * 2 * together * state.range(1));
}
BENCHMARK(settling_doubts)->Args({5000, 4})->Args({5000, 64});

// range(1): layers, beside the row of ones that sums them.
void multiplying_pairs(benchmark::State& state) {
    const auto positions = static_cast<std::size_t>(state.range(0));
    const auto rows = static_cast<std::size_t>(state.range(1));
    const std::vector<float> row = row_of_distances(positions * rows);
    Matrix<double> out(rows, rows);
    for (auto _ : state) {
        pair_products().front()->add(row.data(), positions, rows, positions, out.data());
        benchmark::DoNotOptimize(out.data());
    }
    multiply_adds(state, static_cast<double>(positions * rows * (rows + 1) / 2));
}
BENCHMARK(multiplying_pairs)->Args({512, 16})->Args({512, 56});

// The ranks of all pairs' distances along lines, and from the table that they stand for.
void looking_up_ranks(benchmark::State& state) {
    const bool along_lines = state.range(1) != 0;
    const std::vector<float> row = row_of_distances(state.range(0));
    DistanceHistogram histogram(row);
    histogram.add(row_of_distances(4'000'000));
    const RankTable table = histogram.ranks();
    const auto lines = histogram.lines(table);
    std::vector<float> out(row.size());
    for (auto _ : state) {
        if (along_lines)
            lines->ranks(row.data(), row.size(), out.data());
        else
            for (std::size_t j = 0; j < row.size(); ++j)
                out[j] = table.rank[table.cell(row[j])] - 0.5F;
        benchmark::DoNotOptimize(out.data());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(looking_up_ranks)->Args({5000, 0})->Args({5000, 1});

// All that kernels need of one row, in 13 layers; range(1): a Kernel, or all of them together.
void kernel_rows(benchmark::State& state) {
    const auto images = static_cast<std::size_t>(state.range(0));
    constexpr std::size_t layers = 13;
    const std::vector<float> lengths(images, 800.0F);
    const std::vector<float> roots(images, std::sqrt(800.0F));
    const std::vector<float> d2 = row_of_distances(images);
    std::vector<float> products = d2;
    for (float& value : products)
        value = std::min(value, 3000.0F) - 1600.0F;
    DistanceHistogram histogram(d2);
    histogram.add(row_of_distances(4'000'000));
    const auto table = std::make_shared<const RankTable>(histogram.ranks());
    const auto lines = std::make_shared<const RankLines>(*histogram.lines(*table));
    std::vector<KernelPlan> plans;
    for (int kernel = 0; kernel < 5; ++kernel)
        if (state.range(1) == 5 || state.range(1) == kernel)
            plans.push_back({static_cast<Kernel>(kernel), std::vector<float>(layers, 1600.0F),
                             std::vector(layers, table), std::vector(layers, lines)});
    std::vector<KernelSums> sums(plans.size(), KernelSums(images, layers));
    std::vector<Matrix<double>> product(plans.size(), Matrix<double>(layers, layers));
    const std::vector<const float*> rows(layers, products.data());
    const std::vector<const float*> squared(layers, lengths.data());
    const std::vector<const float*> root(layers, roots.data());
    KernelRow row;
    for (auto _ : state) {
        row.add(plans, 7, 7, {rows, squared, root}, sums, product);
        benchmark::DoNotOptimize(product.data());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0) * static_cast<std::int64_t>(layers));
}
BENCHMARK(kernel_rows)->ArgsProduct({{5000}, {0, 1, 2, 3, 4, 5}});

} // namespace

BENCHMARK_MAIN();
