#include "core/engine/distance_histogram.h"

#include "core/base/median.h"
#include "core/base/thread_pool.h"
#include "core/engine/packed_rows.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>

namespace stratoscope::engine {
namespace {

constexpr std::size_t most_cells = std::size_t{1} << 20;
constexpr std::size_t rows_at_a_time = 128;
// Up to here all distances of a layer are kept for their exact median: 200 MB for a moment.
constexpr std::size_t most_images_kept = 10000;

} // namespace

DistanceCells cells_between(float least, float most) {
    // Distances are ≥ 0 and finite, so their bits compare as they do.
    const auto lowest = std::bit_cast<std::uint32_t>(least);
    const auto highest = std::bit_cast<std::uint32_t>(most);
    DistanceCells out;
    out.lowest_bits = lowest == 0 ? 0 : lowest - 1;
    while (((highest - out.lowest_bits) >> out.shift) + 3 > most_cells)
        ++out.shift;
    out.count = ((highest - out.lowest_bits) >> out.shift) + 3;
    return out;
}

DistanceHistogram::DistanceHistogram(const DistanceCells& cells) {
    cells_.lowest_bits = cells.lowest_bits;
    cells_.shift = cells.shift;
    cells_.rank.resize(cells.count);
    count_.resize(cells.count);
}

namespace {

DistanceCells cells_of(std::span<const float> sample) {
    float least = std::numeric_limits<float>::infinity();
    float most = 0.0F;
    for (const float d2 : sample)
        if (d2 > 0.0F) {
            least = std::min(least, d2);
            most = std::max(most, d2);
        }
    return cells_between(std::min(least, most), most);
}

} // namespace

DistanceHistogram::DistanceHistogram(std::span<const float> sample) : DistanceHistogram(cells_of(sample)) {}

template <class Count>
void DistanceHistogram::add_counted(std::span<const Count> counts) {
    for (std::size_t cell = 0; cell < count_.size(); ++cell) {
        count_[cell] += static_cast<std::uint64_t>(counts[cell]);
        total_ += static_cast<std::uint64_t>(counts[cell]);
    }
}

void DistanceHistogram::add_counts(std::span<const std::int32_t> counts) {
    add_counted(counts);
}

void DistanceHistogram::add_counts(std::span<const std::int64_t> counts) {
    add_counted(counts);
}

void DistanceHistogram::add(std::span<const float> d2) {
    for (const float value : d2)
        ++count_[cells_.cell(value)];
    total_ += d2.size();
}

double DistanceHistogram::at(double place) const {
    double before = 0.0;
    for (std::size_t cell = 0; cell < count_.size(); ++cell) {
        const auto here = static_cast<double>(count_[cell]);
        if (place < before + here) {
            if (cell == 0)
                return 0.0;
            const double share = (place - before + 0.5) / here;
            const std::uint32_t bits =
                cells_.lowest_bits + (static_cast<std::uint32_t>(cell - 1) << cells_.shift);
            const auto low = static_cast<double>(std::bit_cast<float>(bits));
            const auto high = static_cast<double>(std::bit_cast<float>(bits + (1U << cells_.shift)));
            // A cell of one float holds that float, whatever the share.
            return std::sqrt(cells_.shift == 0 ? low : low + share * (high - low));
        }
        before += here;
    }
    return 0.0;
}

void DistanceHistogram::settle_median(std::vector<float>& all) {
    const auto [lower, upper] = middle_two(all);
    settle_median(lower, upper);
}

void DistanceHistogram::settle_median(float lower, float upper) {
    median_ = (std::sqrt(static_cast<double>(lower)) + std::sqrt(static_cast<double>(upper))) / 2.0;
}

double DistanceHistogram::median() const {
    if (median_)
        return *median_;
    const double middle = (static_cast<double>(total_) - 1.0) / 2.0;
    return (at(std::floor(middle)) + at(std::ceil(middle))) / 2.0;
}

RankTable DistanceHistogram::ranks() const {
    RankTable table = cells_;
    const auto total = static_cast<double>(total_);
    double before = 0.0;
    for (std::size_t cell = 0; cell < count_.size(); ++cell) {
        const auto here = static_cast<double>(count_[cell]);
        table.rank[cell] = static_cast<float>((before + (here + 1.0) / 2.0) / total);
        before += here;
    }
    return table;
}

std::vector<DistanceHistogram> distance_histograms(const PreparedLayers& layers, bool pack_as_needed,
                                                   const Task& task) {
    const std::size_t images = layers.front()->images();
    const std::vector<std::uint32_t> order = file_order(images);
    std::vector<std::unique_ptr<DistanceHistogram>> made(layers.size());
    const std::size_t blocks = (images + rows_at_a_time - 1) / rows_at_a_time;
    std::atomic<std::size_t> done = 0;
    task.report(0.0, "measuring distances");
    task.pool.parallel_for(layers.size(), [&](std::size_t layer, std::size_t worker) {
        const PackedRows packed(*layers[layer], order,
                                pack_as_needed ? PackedRows::Packing::as_needed : PackedRows::Packing::kept);
        Matrix<float> d2(rows_at_a_time, PackedRows::padded(images));
        PackedRows::Queries queries;
        const auto fill = [&](Range rows) {
            const std::size_t from = rows.first / PackedRows::alignment * PackedRows::alignment;
            packed.pack(rows, queries);
            packed.squared_distances(queries, {from, images - from}, d2.view());
            for (std::size_t r = 0; r < rows.count; ++r)
                for (const std::uint32_t twin : layers[layer]->twins(rows.first + r))
                    if (twin >= from)
                        d2(r, twin - from) = 0.0F;
            return from;
        };
        { // the ends of the cells, from rows all over the layer
            std::vector<float> sample;
            const std::size_t samples = std::min<std::size_t>(images - 1, 64);
            for (std::size_t s = 0; s < samples; ++s) {
                const std::size_t row = s * (images - 1) / samples;
                const std::size_t from = fill({row, 1});
                sample.insert(sample.end(), d2.row(0).begin() + static_cast<std::ptrdiff_t>(row + 1 - from),
                              d2.row(0).begin() + static_cast<std::ptrdiff_t>(images - from));
            }
            made[layer] = std::make_unique<DistanceHistogram>(sample);
        }
        std::vector<float> kept;
        if (images <= most_images_kept)
            kept.reserve(images * (images - 1) / 2);
        for (std::size_t block = 0; block < blocks; ++block) {
            task.check();
            const Range rows{block * rows_at_a_time,
                             std::min(rows_at_a_time, images - block * rows_at_a_time)};
            const std::size_t from = fill(rows);
            for (std::size_t r = 0; r < rows.count; ++r) {
                const std::size_t later = rows.first + r + 1;
                const auto values = d2.row(r).subspan(later - from, images - later);
                made[layer]->add(values);
                if (images <= most_images_kept)
                    kept.insert(kept.end(), values.begin(), values.end());
            }
            ++done;
            if (worker == 0) // progress is told by one thread at a time
                task.report(static_cast<double>(done) / static_cast<double>(blocks * layers.size()),
                            "measuring distances");
        }
        if (!kept.empty())
            made[layer]->settle_median(kept);
    });
    std::vector<DistanceHistogram> out;
    out.reserve(made.size());
    for (auto& histogram : made)
        out.push_back(std::move(*histogram));
    return out;
}

} // namespace stratoscope::engine
