#include "core/engine/near_order.h"

#include "core/engine/extremes_private.h"
#include "core/engine/multiversion_private.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace stratoscope::engine {
namespace {

constexpr std::size_t stripes = 128;
constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float below_all = -infinity; // relative distances may have any sign
// For each place asked for: a row with more, because of many ties, would take much memory until it is
// settled.
constexpr std::size_t most_open_of_a_row = 4;

// The minima of `stripes` interleaved parts of the values.
STRATOSCOPE_MULTIVERSION
void stripe_minima(const float* values, std::size_t n, float* minima) {
    for (std::size_t s = 0; s < stripes; ++s)
        minima[s] = values[s];
    std::size_t j = stripes;
    for (; j + stripes <= n; j += stripes)
        for (std::size_t s = 0; s < stripes; ++s)
            minima[s] = values[j + s] < minima[s] ? values[j + s] : minima[s];
    for (std::size_t s = 0; j < n; ++j, ++s)
        minima[s] = std::min(minima[s], values[j]);
}

// A value that at least k, and seldom many more, of the minima do not exceed: bisected, since selecting the
// k-th among so few costs more in mispredicted branches than all the comparing.
STRATOSCOPE_MULTIVERSION
float bound_of(const float* minima, std::size_t k) {
    float low = least_of(minima, stripes);
    if (k == 1)
        return low;
    float finite[stripes];
    for (std::size_t s = 0; s < stripes; ++s)
        finite[s] = minima[s] < infinity ? minima[s] : std::numeric_limits<float>::lowest();
    float high = largest_of(finite, stripes);
    for (int step = 0; step < 24; ++step) {
        const float middle = 0.5F * (low + high);
        if (!(middle > low && middle < high))
            break;
        std::uint32_t below = 0;
        for (std::size_t s = 0; s < stripes; ++s)
            below += minima[s] <= middle ? 1U : 0U;
        if (below < k) {
            low = middle;
        } else {
            high = middle;
            if (below <= k + 8)
                break;
        }
    }
    return high;
}

// Both distances may be off; the slack covers that the uncertainty itself grows a little with the distance.
STRATOSCOPE_MULTIVERSION
void bounds_around(const float* distances, const float* uncertainties, std::size_t n, CountBounds* out) {
    for (std::size_t at = 0; at < n; ++at) {
        const float doubt = 2.05F * uncertainties[at];
        out[at] = {distances[at] - doubt, distances[at] + doubt};
    }
}

constexpr std::size_t most_ordered_by_comparing = 128;

// How many of the values each is larger than. False where some are equal: these are not told apart.
//
// Idea: each value is compared with all others, sixteen at a time. That is many comparisons, but no branch
// follows from any; sorting as few as neighbours are waits for mispredicted ones most of its time.
STRATOSCOPE_MULTIVERSION
bool order_by_comparing(const float* values, std::size_t n, std::uint32_t* smaller) {
    constexpr std::size_t lanes = 16;
    std::size_t sum = 0;
    for (std::size_t first = 0; first < n; first += lanes) {
        float own[lanes];
        std::uint32_t count[lanes] = {};
        const std::size_t here = std::min(lanes, n - first);
        for (std::size_t lane = 0; lane < lanes; ++lane)
            own[lane] = lane < here ? values[first + lane] : 0.0F;
        for (std::size_t at = 0; at < n; ++at)
            for (std::size_t lane = 0; lane < lanes; ++lane)
                count[lane] += values[at] < own[lane] ? 1U : 0U;
        for (std::size_t lane = 0; lane < here; ++lane) {
            smaller[first + lane] = count[lane];
            sum += count[lane];
        }
    }
    return sum == n * (n - 1) / 2; // every two differ, and one is larger
}

} // namespace

double NearestPlaces::weight(std::size_t position, std::size_t k) const {
    const std::size_t begin = run_begin[k - 1];
    const std::size_t end = run_end[k - 1];
    if (position < begin)
        return 1.0;
    if (position >= end)
        return 0.0;
    return static_cast<double>(k - begin) / static_cast<double>(end - begin);
}

void NearOrder::look_at(const PreparedLayer& layer, std::size_t image, std::span<const float> distances,
                        std::span<const std::uint32_t> columns) {
    layer_ = &layer;
    image_ = image;
    distances_ = distances;
    columns_ = columns;
    if (exact_.size() < distances.size()) {
        exact_.resize(distances.size());
        exact_of_row_.resize(distances.size(), row_);
        quick_.resize(distances.size());
        quick_of_row_.resize(distances.size(), row_);
        question_.resize(distances.size());
        question_of_row_.resize(distances.size(), row_);
    }
    if (++row_ == 0) { // wrapped around: forget everything once in four thousand million rows
        std::ranges::fill(exact_of_row_, 0U);
        std::ranges::fill(quick_of_row_, 0U);
        std::ranges::fill(question_of_row_, 0U);
        row_ = 1;
    }
}

double NearOrder::exact_squared_distance(std::uint32_t place) {
    if (exact_of_row_[place] != row_) {
        exact_of_row_[place] = row_;
        exact_[place] = layer_->exact_squared_distance(image_, image_at(place));
    }
    return exact_[place];
}

double NearOrder::quick_squared_distance(std::uint32_t place) {
    if (quick_of_row_[place] != row_) {
        quick_of_row_[place] = row_;
        quick_[place] = layer_->quick_squared_distance(image_, image_at(place));
        ++rechecks_;
    }
    return quick_[place];
}

bool NearOrder::told_apart(std::uint32_t a, std::uint32_t b) const {
    const float doubt = layer_->uncertainty(image_, image_at(a), distances_[a]) +
                        layer_->uncertainty(image_, image_at(b), distances_[b]);
    return std::abs(distances_[a] - distances_[b]) > doubt;
}

std::strong_ordering NearOrder::compare(std::uint32_t a, std::uint32_t b) {
    if (a == b)
        return std::strong_ordering::equal;
    if (told_apart(a, b))
        return distances_[a] < distances_[b] ? std::strong_ordering::less : std::strong_ordering::greater;
    double x = quick_squared_distance(a);
    double y = quick_squared_distance(b);
    if (PreparedLayer::quick_ones_nearly_agree(x, y)) {
        x = exact_squared_distance(a);
        y = exact_squared_distance(b);
    }
    if (x == y)
        return std::strong_ordering::equal;
    return x < y ? std::strong_ordering::less : std::strong_ordering::greater;
}

void NearOrder::doubtful_around(std::span<const float> distances, std::vector<CountBounds>& out) {
    doubt_.resize(distances.size());
    layer_->largest_uncertainties(image_, distances, doubt_);
    out.resize(distances.size());
    bounds_around(distances.data(), doubt_.data(), distances.size(), out.data());
}

float NearOrder::doubtful_up_to(float distance) {
    doubtful_around({&distance, 1}, bounds_);
    return bounds_[0].high;
}

// All places that may be among the `count` nearest, or tie with the last of them.
void NearOrder::collect_nearest(std::size_t count) {
    const std::size_t n = distances_.size();
    float bound = 0.0F; // at least `count` distances do not exceed it
    if (n < 2 * stripes || count > stripes / 2) {
        selection_.assign(distances_.begin(), distances_.end());
        const auto at = selection_.begin() + static_cast<std::ptrdiff_t>(count - 1);
        std::nth_element(selection_.begin(), at, selection_.end());
        bound = *at;
    } else {
        std::array<float, stripes> minima;
        stripe_minima(distances_.data(), n, minima.data());
        bound = bound_of(minima.data(), count);
    }
    near_.find(distances_, below_all, doubtful_up_to(bound));
    if (near_.size() < count) // distances beyond float32's range are as good as infinite
        near_.find(distances_, below_all, infinity);
    sort_found(count);
}

// Candidates: what was found, in float32's order; many behind the `count` first may be left out, but none
// that ties with them.
void NearOrder::sort_found(std::size_t count) {
    const std::span<const float> values = near_.values();
    const std::span<const std::uint32_t> columns = near_.columns();
    candidates_.resize(values.size());
    if (std::array<std::uint32_t, most_ordered_by_comparing> smaller;
        values.size() <= smaller.size() && order_by_comparing(values.data(), values.size(), smaller.data())) {
        for (std::size_t at = 0; at < values.size(); ++at)
            candidates_[smaller[at]] = {values[at], columns[at]};
        return;
    }
    for (std::size_t at = 0; at < values.size(); ++at)
        candidates_[at] = {values[at], columns[at]};
    const auto at = candidates_.begin() + static_cast<std::ptrdiff_t>(count - 1);
    std::ranges::nth_element(candidates_, at, {}, &PlacedDistance::value);
    const float last = doubtful_up_to(at->value);
    std::erase_if(candidates_, [last](const PlacedDistance& placed) { return placed.value > last; });
    std::ranges::sort(candidates_, [](const PlacedDistance& a, const PlacedDistance& b) {
        return a.value != b.value ? a.value < b.value : a.column < b.column;
    });
}

void NearOrder::nearest(std::size_t count, NearestPlaces& out) {
    collect_nearest(count);
    out.place.clear();
    out.run_begin.clear();
    out.run_end.clear();
    const auto append_run = [&out](auto first, auto last) {
        const auto begin = static_cast<std::uint32_t>(out.place.size());
        const auto end = begin + static_cast<std::uint32_t>(last - first);
        for (; first != last; ++first) {
            out.place.push_back(first->column);
            out.run_begin.push_back(begin);
            out.run_end.push_back(end);
        }
    };
    const bool exact_already = layer_->exact_products();
    gathered_.resize(candidates_.size());
    std::ranges::transform(candidates_, gathered_.begin(), &PlacedDistance::value);
    doubtful_around(gathered_, bounds_);
    const auto highest_tied_with = [&](auto candidate) {
        return bounds_[static_cast<std::size_t>(candidate - candidates_.begin())].high;
    };
    for (auto first = candidates_.begin(); first != candidates_.end() && out.size() < count;) {
        // A cluster: neighbours in float32's order that float32 can't tell apart. Its members are sorted by
        // the truth.
        auto last = first + 1;
        while (last != candidates_.end() && last->value <= highest_tied_with(last - 1))
            ++last;
        if (last - first == 1 || exact_already) {
            append_run(first, last);
        } else {
            std::sort(first, last, [this](const PlacedDistance& a, const PlacedDistance& b) {
                const auto order = compare(a.column, b.column);
                return std::is_eq(order) ? a.column < b.column : std::is_lt(order);
            });
            for (auto run = first; run != last;) {
                auto run_last = run + 1;
                while (run_last != last && std::is_eq(compare(run_last->column, run->column)))
                    ++run_last;
                append_run(run, run_last);
                run = run_last;
            }
        }
        first = last;
    }
    const std::size_t kept = out.run_end[count - 1];
    out.place.resize(kept);
    out.run_begin.resize(kept);
    out.run_end.resize(kept);
}

void NearOrder::twice_mid_ranks(std::span<const std::uint32_t> places, std::span<std::uint32_t> out,
                                OpenDoubts* open) {
    if (places.empty())
        return;
    gathered_.resize(places.size());
    counts_.resize(places.size());
    for (std::size_t p = 0; p < places.size(); ++p)
        gathered_[p] = distances_[places[p]];
    doubtful_around(gathered_, bounds_);
    const float highest = highest_bound(bounds_);
    const bool by_cells = places.size() > most_bounds_to_compare;
    if (by_cells && most_are_up_to(highest)) {
        cells_.count(distances_, {}, bounds_, counts_);
    } else {
        near_.find(distances_, below_all,
                   highest); // layers that are alike rank their neighbours among the first
        if (by_cells)
            cells_.count(near_.values(), near_.columns(), bounds_, counts_);
        else
            count_by_comparing(near_.values(), bounds_, counts_);
    }
    // 2·(#less + (1 + #equal)/2), where #equal counts the place itself.
    for (std::size_t p = 0; p < places.size(); ++p)
        out[p] = counts_[p].below_low + counts_[p].up_to_high + 1;
    if (layer_->exact_products())
        return;
    find_doubts(places, out, by_cells);
    if (open != nullptr && doubts_.size() <= most_open_of_a_row * places.size())
        leave_open(places, out, *open);
    else
        settle_doubts(places, out);
}

// By a sample: whether more is gained by leaving out the others than looking for them takes.
bool NearOrder::most_are_up_to(float distance) const {
    constexpr std::size_t sample = 64; // passes have images in random order
    const std::span<const float> some = distances_.first(std::min(sample, distances_.size()));
    const CountBounds bounds{distance, distance};
    Counts counts{};
    count_by_comparing(some, {&bounds, 1}, {&counts, 1});
    return 3 * counts.up_to_high > 2 * some.size();
}

// Finds what float32 can't tell apart; what it can is added to the ranks. What the rounding of a distance
// follows from lies anywhere in memory: all of it is called before the first is needed.
void NearOrder::find_doubts(std::span<const std::uint32_t> places, std::span<std::uint32_t> out,
                            bool by_cells) {
    doubtful_.clear();
    doubtful_ends_.clear();
    for (std::size_t p = 0; p < places.size(); ++p) {
        if (counts_[p].up_to_high - counts_[p].below_low == 1)
            continue;
        const std::size_t begin = doubtful_.size();
        if (by_cells) {
            cells_.between(p, bounds_[p], doubtful_);
        } else {
            between_.find(near_.values(), bounds_[p].low, bounds_[p].high);
            for (std::size_t at = 0; at < between_.size(); ++at)
                doubtful_.push_back({between_.values()[at], near_.columns()[between_.columns()[at]]});
        }
        doubtful_ends_.push_back({static_cast<std::uint32_t>(p), doubtful_.size()});
        for (std::size_t at = begin; at < doubtful_.size(); ++at)
            layer_->prefetch_lengths(image_at(doubtful_[at].column));
    }
    doubts_.clear();
    std::size_t at = 0;
    for (const auto& [p, end] : doubtful_ends_) {
        // Each that is less counts twice, each that is equal once: the place itself was counted already.
        out[p] = 2 * counts_[p].below_low + 2;
        const float distance = gathered_[p];
        const float doubt = layer_->uncertainty(image_, image_at(places[p]), distance);
        for (; at < end; ++at) {
            const PlacedDistance& other = doubtful_[at];
            if (other.column == places[p])
                continue;
            if (std::abs(other.value - distance) >
                doubt + layer_->uncertainty(image_, image_at(other.column), other.value)) // told apart
                out[p] += other.value < distance ? 2 : 0;
            else
                doubts_.push_back({p, other.column});
        }
    }
}

void NearOrder::leave_open(std::span<const std::uint32_t> places, std::span<std::uint32_t> out,
                           OpenDoubts& open) {
    const auto question = [&](std::uint32_t place) {
        if (question_of_row_[place] != row_) {
            question_of_row_[place] = row_;
            question_[place] = open.ask(image_, image_at(place));
        }
        return question_[place];
    };
    for (const Doubt& doubt : doubts_) {
        const std::uint32_t other = question(doubt.other);
        open.add(out[doubt.at], other, question(places[doubt.at]));
    }
}

void NearOrder::settle_doubts(std::span<const std::uint32_t> places, std::span<std::uint32_t> out) {
    // Their rows lie anywhere in memory: all are called before the first is needed.
    for (const Doubt& doubt : doubts_)
        layer_->prefetch(image_at(doubt.other));
    for (const Doubt& doubt : doubts_) {
        const auto order = compare(doubt.other, places[doubt.at]);
        out[doubt.at] += std::is_lt(order) ? 2 : std::is_eq(order) ? 1 : 0;
    }
}

} // namespace stratoscope::engine
