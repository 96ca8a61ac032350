#include "core/engine/distance_histogram.h"

#include "core/engine/multiversion_private.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace stratoscope::engine {
namespace {

constexpr std::size_t most_cells = DistanceHistogram::most_cells;

STRATOSCOPE_MULTIVERSION
void find_cells(const float* d2, std::size_t n, std::uint32_t lowest, unsigned shift, std::uint32_t last,
                std::uint32_t* out) {
    for (std::size_t j = 0; j < n; ++j) {
        const auto bits = std::bit_cast<std::uint32_t>(d2[j]);
        std::uint32_t cell = bits > lowest ? ((bits - lowest) >> shift) + 1 : 0;
        cell = cell < last ? cell : last;
        out[j] = cell;
    }
}

} // namespace

DistanceCells cells_between(float least, float most) {
    // Distances are ≥ 0 and finite, so their bits compare as they do.
    constexpr float largest = std::numeric_limits<float>::max() / 2.0F;
    const auto lowest = std::bit_cast<std::uint32_t>(0.5F * least);
    const auto highest = std::bit_cast<std::uint32_t>(1.25F * std::min(most, largest));
    DistanceCells out;
    for (;; ++out.shift) {
        // Whole multiples of a cell lie in the middle of one: so it hardly matters which pairs told the ends,
        // and round numbers, where distances tie but for rounding, are no border.
        const std::uint32_t half = (std::uint32_t{1} << out.shift) / 2;
        out.lowest_bits = lowest <= half ? 0 : ((lowest - 1 - half) >> out.shift << out.shift) + half;
        out.count = ((highest - out.lowest_bits) >> out.shift) + 3;
        if (out.count <= most_cells)
            return out;
    }
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

void DistanceHistogram::add_counts(std::span<const std::uint32_t> counts) {
    add_counted(counts);
}

void DistanceHistogram::count(std::span<const float> d2, std::span<std::uint32_t> counts) const {
    std::array<std::uint32_t, 512> cell;
    for (std::size_t first = 0; first < d2.size(); first += cell.size()) {
        const std::size_t some = std::min(cell.size(), d2.size() - first);
        find_cells(d2.data() + first, some, cells_.lowest_bits, cells_.shift,
                   static_cast<std::uint32_t>(count_.size() - 1), cell.data());
        for (std::size_t j = 0; j < some; ++j)
            ++counts[cell[j]];
    }
}

DistanceHistogram::Middle DistanceHistogram::middle() const {
    const std::uint64_t lower = (total_ - 1) / 2;
    const std::uint64_t upper = total_ / 2;
    const auto first_of = [&](std::size_t cell) { // the bits that find_cells() puts there
        return cell == 0   ? 0
               : cell == 1 ? cells_.lowest_bits + 1
                           : cells_.lowest_bits + (static_cast<std::uint32_t>(cell - 1) << cells_.shift);
    };
    Middle out{};
    std::uint64_t before = 0;
    bool found = false;
    for (std::size_t cell = 0; cell < count_.size(); ++cell) {
        const std::uint64_t until = before + count_[cell];
        if (!found && lower < until) {
            found = true;
            out.low = std::bit_cast<float>(first_of(cell));
            out.lower = lower - before;
            out.upper = upper - before;
        }
        if (upper < until) {
            out.high = cell + 1 == count_.size() ? std::numeric_limits<float>::infinity()
                                                 : std::bit_cast<float>(first_of(cell + 1) - 1);
            break;
        }
        before = until;
    }
    return out;
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

} // namespace stratoscope::engine
