#include "core/engine/all_distances.h"

#include "core/base/thread_pool.h"
#include "core/engine/packed_rows.h"
#include "core/engine/row_scan.h"
#include "core/engine/row_sums.h"
#include "core/engine/transposed.h"

#include <algorithm>
#include <array>
#include <limits>
#include <mutex>
#include <optional>
#include <utility>

namespace stratoscope::engine {
namespace {

// Above, a cell of the histogram is exact enough.
constexpr std::size_t most_images_for_exact_median = 10000;
constexpr std::size_t sampled_rows = 64;
// With the rows of a panel less than a megabyte: counted while in the second cache.
constexpr std::size_t columns_at_a_time = 1024;
static_assert(columns_at_a_time >= KeptTriangle::panel_rows &&
              columns_at_a_time % PackedRows::alignment == 0);

// One layer's pairs, a panel of rows at a time.
class Pairs {
  public:
    Pairs(const PreparedLayer& layer, std::span<const std::uint32_t> order,
          std::span<const std::uint32_t> position, PackedRows::Packing packing)
        : layer_(layer), order_(order), position_(position), packed_(layer, order, packing) {}

    // Writes what a KeptTriangle has of a panel, and calls body(columns) for some of its columns after the
    // other, while they are in the cache.
    template <class Body>
    void multiply(std::size_t panel, PackedRows::Queries& queries, float* out, const Body& body) const {
        const std::size_t images = order_.size();
        const Range rows = KeptTriangle::rows(images, panel);
        const std::size_t stride = KeptTriangle::stride(images, panel);
        packed_.pack(rows, queries);
        for (std::size_t first = rows.first; first < images; first += columns_at_a_time) {
            const Range columns{first, std::min(columns_at_a_time, images - first)};
            const MatrixView<float> to{out + (first - rows.first), rows.count, columns.count, stride};
            const auto fill = first == rows.first ? PackedRows::Fill::upper : PackedRows::Fill::all;
            packed_.products(queries, columns, to, fill);
            if (first == rows.first)
                mirror_upper(out, stride, rows.count, PackedRows::alignment);
            mark_twins(rows, columns, to);
            body(columns);
        }
    }

    // body(squared distances), of the rows of a panel to those of these columns that come later, some at a
    // time.
    template <class Body>
    void each_stretch(std::size_t panel, const float* values, Range columns, const Body& body) const {
        const std::size_t images = order_.size();
        const Range rows = KeptTriangle::rows(images, panel);
        const float* lengths = packed_.squared_lengths();
        std::array<float, columns_at_a_time> d2;
        for (std::size_t r = 0; r < rows.count; ++r) {
            const std::size_t position = rows.first + r;
            const float* row = values + r * KeptTriangle::stride(images, panel);
            for (std::size_t first = std::max(position + 1, columns.first); first < columns.end();
                 first += d2.size()) {
                const std::size_t count = std::min(d2.size(), columns.end() - first);
                distances_of_products(row + first - rows.first, count, lengths[position], lengths + first,
                                      0.0F, d2.data());
                body(std::span(std::as_const(d2)).first(count));
            }
        }
    }

    // What the distances of some rows to all others let expect of all.
    struct Expected {
        DistanceCells cells;
        float low; // the median hardly lies outside
        float high;
    };
    [[nodiscard]] Expected expected(PackedRows::Queries& queries) const {
        const std::size_t images = order_.size();
        const std::size_t rows = std::min(images, sampled_rows);
        Matrix<float> d2(rows, PackedRows::padded(images));
        packed_.pack({0, rows}, queries);
        packed_.products(queries, {0, images}, d2.view());
        const float* lengths = packed_.squared_lengths();
        float least = std::numeric_limits<float>::max();
        float most = 0.0F;
        std::vector<float> some;
        for (std::size_t row = 0; row < rows; ++row) {
            distances_of_products(d2.row(row).data(), images, lengths[row], lengths, 0.0F,
                                  d2.row(row).data());
            d2(row, row) = 0.0F;
            for (const std::uint32_t twin : layer_.twins(order_[row]))
                d2(row, position_[twin]) = 0.0F;
            for (const float value : d2.row(row).first(images)) {
                least = value > 0.0F ? std::min(least, value) : least;
                most = std::max(most, value);
            }
            for (std::size_t column = row % 16; column < images; column += 16)
                some.push_back(d2(row, column));
        }
        const auto quantile = [&](std::size_t of_hundred) {
            const auto at = some.begin() + static_cast<std::ptrdiff_t>(some.size() * of_hundred / 100);
            std::ranges::nth_element(some, at);
            return *at;
        };
        return {cells_between(std::min(least, most), most), quantile(40), quantile(60)};
    }

  private:
    void mark_twins(Range rows, Range columns, MatrixView<float> values) const {
        const float* lengths = packed_.squared_lengths();
        for (std::size_t r = 0; r < rows.count; ++r)
            for (const std::uint32_t twin : layer_.twins(order_[rows.first + r])) {
                const std::size_t other = position_[twin];
                if (other >= columns.first && other < columns.end())
                    values(r, other - columns.first) = product_of_equals(lengths[other]);
            }
    }

    const PreparedLayer& layer_;
    std::span<const std::uint32_t> order_;
    std::span<const std::uint32_t> position_;
    PackedRows packed_;
};

class Measuring {
  public:
    Measuring(const PassPlan& plan, const Task& task)
        : plan_(plan), task_(task), images_(plan.layers.front()->images()),
          order_(shuffled(images_, plan.seed)), position_(positions_in(order_)), workers_(task.pool.size()) {
        // Counts and ranks by cell take their share of the memory too.
        const std::size_t a_layer = KeptTriangle::bytes(images_) + 24 * DistanceHistogram::most_cells;
        if (checked_product(plan.layers.size(), a_layer, "kept products") <= plan.tile_bytes)
            kept_ = std::make_shared<KeptTriangles>();
    }

    AllDistances measured() {
        task_.report(0.0, "measuring distances");
        const auto packing =
            plan_.pack_as_needed ? PackedRows::Packing::as_needed : PackedRows::Packing::kept;
        std::vector<std::optional<Pairs>> pairs(plan_.layers.size());
        std::vector<Pairs::Expected> expected(plan_.layers.size());
        task_.pool.parallel_for(plan_.layers.size(), [&](std::size_t layer, std::size_t worker) {
            task_.check();
            pairs[layer].emplace(*plan_.layers[layer], order_, position_, packing);
            expected[layer] = pairs[layer]->expected(workers_[worker].queries);
        });
        AllDistances out;
        for (layer_ = 0; layer_ < plan_.layers.size(); ++layer_) {
            KeptTriangle triangle(images_);
            KeptTriangle* const keep = KeptTriangle::bytes(images_) <= plan_.tile_bytes ? &triangle : nullptr;
            DistanceHistogram& histogram = out.histograms.emplace_back(expected[layer_].cells);
            count(*pairs[layer_], keep, expected[layer_], histogram);
            if (images_ <= most_images_for_exact_median)
                settle_median(*pairs[layer_], keep, expected[layer_], histogram);
            pairs[layer_].reset();
            if (kept_)
                kept_->layers.push_back(std::move(triangle));
        }
        out.kept = std::move(kept_);
        return out;
    }

  private:
    struct Worker {
        PackedRows::Queries queries;
        AlignedVector<float> panel; // where none are kept
        std::vector<std::uint32_t> counts;
        std::size_t counted = 0;
        FoundDistances found;
        std::vector<float> middle; // distances where the median is expected

        void note_between(std::span<const float> d2, float low, float high) {
            found.find(d2, low, high);
            middle.insert(middle.end(), found.values().begin(), found.values().end());
        }
    };

    // body(panel, its floats, some columns that are there by now, worker), for all; each panel in memory of
    // its own where `triangle` keeps them.
    template <class Body>
    void each_panel(const Pairs& pairs, KeptTriangle* triangle, const Body& body) {
        task_.pool.parallel_for(KeptTriangle::panels(images_), [&](std::size_t panel, std::size_t at) {
            task_.check();
            Worker& worker = workers_[at];
            const std::size_t floats =
                KeptTriangle::rows(images_, panel).count * KeptTriangle::stride(images_, panel);
            AlignedVector<float> own(triangle != nullptr ? floats : 0);
            if (triangle == nullptr && worker.panel.size() < floats)
                worker.panel = AlignedVector<float>(floats);
            float* values = triangle != nullptr ? own.data() : worker.panel.data();
            pairs.multiply(panel, worker.queries, values,
                           [&](Range columns) { body(panel, values, columns, worker); });
            if (triangle != nullptr)
                triangle->put(panel, std::move(own));
            if (at == 0) // progress is told by one thread at a time
                task_.report(
                    (static_cast<double>(layer_) +
                     static_cast<double>(panel + 1) / static_cast<double>(KeptTriangle::panels(images_))) /
                        static_cast<double>(plan_.layers.size()),
                    "measuring distances");
        });
    }

    void count(const Pairs& pairs, KeptTriangle* triangle, const Pairs::Expected& expected,
               DistanceHistogram& out) {
        // Where there is room for all distances, there is for those around the median.
        const bool note = triangle != nullptr && images_ <= most_images_for_exact_median;
        std::mutex out_mutex;
        const auto hand_over = [&](Worker& worker) {
            if (worker.counted == 0)
                return;
            const std::lock_guard lock(out_mutex);
            out.add_counts(worker.counts);
            std::ranges::fill(worker.counts, 0U);
            worker.counted = 0;
        };
        for (Worker& worker : workers_) {
            worker.counts.assign(out.cell_count(), 0);
            worker.middle.clear();
        }
        each_panel(pairs, triangle,
                   [&](std::size_t panel, const float* values, Range columns, Worker& worker) {
                       constexpr std::size_t most = KeptTriangle::panel_rows * columns_at_a_time;
                       if (worker.counted + most > std::numeric_limits<std::uint32_t>::max())
                           hand_over(worker);
                       worker.counted += most;
                       pairs.each_stretch(panel, values, columns, [&](std::span<const float> d2) {
                           out.count(d2, worker.counts);
                           if (note)
                               worker.note_between(d2, expected.low, expected.high);
                       });
                   });
        std::ranges::for_each(workers_, hand_over);
    }

    // The cells that hold the middle are known: what lies in them was noted, or is sought once more.
    void settle_median(const Pairs& pairs, const KeptTriangle* triangle, const Pairs::Expected& expected,
                       DistanceHistogram& histogram) {
        const DistanceHistogram::Middle middle = histogram.middle();
        if (triangle == nullptr || middle.low < expected.low || middle.high > expected.high) {
            const auto seek = [&](std::size_t panel, const float* values, Range columns, Worker& worker) {
                pairs.each_stretch(panel, values, columns, [&](std::span<const float> d2) {
                    worker.note_between(d2, middle.low, middle.high);
                });
            };
            for (Worker& worker : workers_)
                worker.middle.clear();
            if (triangle == nullptr)
                each_panel(pairs, nullptr, seek);
            else
                task_.pool.parallel_for(
                    KeptTriangle::panels(images_), [&](std::size_t panel, std::size_t at) {
                        task_.check();
                        const std::size_t first = KeptTriangle::rows(images_, panel).first;
                        seek(panel, triangle->panel(panel), {first, images_ - first}, workers_[at]);
                    });
        }
        std::vector<float> all;
        for (Worker& worker : workers_) {
            worker.found.find(worker.middle, middle.low, middle.high);
            all.insert(all.end(), worker.found.values().begin(), worker.found.values().end());
        }
        const auto at = [&](std::uint64_t place) {
            const auto nth = all.begin() + static_cast<std::ptrdiff_t>(place);
            std::ranges::nth_element(all, nth);
            return *nth;
        };
        histogram.settle_median(at(middle.lower), at(middle.upper));
    }

    const PassPlan& plan_;
    const Task& task_;
    std::size_t images_;
    std::vector<std::uint32_t> order_;
    std::vector<std::uint32_t> position_;
    std::shared_ptr<KeptTriangles> kept_;
    std::vector<Worker> workers_;
    std::size_t layer_ = 0; // whose distances are being measured
};

} // namespace

AllDistances all_distances(const PassPlan& plan, const Task& task) {
    return Measuring(plan, task).measured();
}

} // namespace stratoscope::engine
