#include "core/engine/near_order.h"

#include "core/engine/multiversion_private.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace stratoscope::engine {
namespace {

constexpr std::size_t stripes = 128;

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
    float low = minima[0];
    float high = 0.0F;
    for (std::size_t s = 0; s < stripes; ++s) {
        low = minima[s] < low ? minima[s] : low;
        const float finite = minima[s] < std::numeric_limits<float>::max() ? minima[s] : 0.0F;
        high = finite > high ? finite : high;
    }
    if (k == 1)
        return low;
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

void NearOrder::look_at(const PreparedLayer& layer, std::size_t image, std::span<const float> d2,
                        std::span<const std::uint32_t> columns) {
    layer_ = &layer;
    image_ = image;
    d2_ = d2;
    columns_ = columns;
    if (exact_.size() < d2.size()) {
        exact_.resize(d2.size());
        exact_of_row_.resize(d2.size(), row_);
        quick_.resize(d2.size());
        quick_of_row_.resize(d2.size(), row_);
    }
    if (++row_ == 0) { // wrapped around: forget everything once in four thousand million rows
        std::ranges::fill(exact_of_row_, 0U);
        std::ranges::fill(quick_of_row_, 0U);
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
    const float doubt =
        layer_->uncertainty(image_, image_at(a), d2_[a]) + layer_->uncertainty(image_, image_at(b), d2_[b]);
    return std::abs(d2_[a] - d2_[b]) > doubt;
}

std::strong_ordering NearOrder::compare(std::uint32_t a, std::uint32_t b) {
    if (a == b)
        return std::strong_ordering::equal;
    if (told_apart(a, b))
        return d2_[a] < d2_[b] ? std::strong_ordering::less : std::strong_ordering::greater;
    double x = quick_squared_distance(a);
    double y = quick_squared_distance(b);
    if (std::abs(x - y) <= 2.0 * PreparedLayer::quick_error * std::max(x, y)) {
        x = exact_squared_distance(a);
        y = exact_squared_distance(b);
    }
    if (x == y)
        return std::strong_ordering::equal;
    return x < y ? std::strong_ordering::less : std::strong_ordering::greater;
}

CountBounds NearOrder::doubtful_around(float d2) const {
    // Both distances may be off; the slack covers that the uncertainty itself grows a little with the
    // distance.
    const float doubt = 2.05F * layer_->largest_uncertainty(image_, d2);
    return {d2 - doubt, d2 + doubt};
}

// All places that may be among the `count` nearest, or tie with the last of them.
void NearOrder::collect_nearest(std::size_t count) {
    const std::size_t n = d2_.size();
    float bound = 0.0F; // at least `count` distances do not exceed it
    if (n < 2 * stripes || count > stripes / 2) {
        selection_.assign(d2_.begin(), d2_.end());
        const auto at = selection_.begin() + static_cast<std::ptrdiff_t>(count - 1);
        std::nth_element(selection_.begin(), at, selection_.end());
        bound = *at;
    } else {
        std::array<float, stripes> minima;
        stripe_minima(d2_.data(), n, minima.data());
        bound = bound_of(minima.data(), count);
    }
    near_.find(d2_, 0.0F, doubtful_around(bound).high);
    if (near_.size() < count) // distances beyond float32's range are as good as infinite
        near_.find(d2_, 0.0F, std::numeric_limits<float>::infinity());
    candidates_.clear();
    for (std::size_t at = 0; at < near_.size(); ++at)
        candidates_.push_back({near_.values()[at], near_.columns()[at]});
    const auto at = candidates_.begin() + static_cast<std::ptrdiff_t>(count - 1);
    std::ranges::nth_element(candidates_, at, {}, &PlacedDistance::value);
    const float last = doubtful_around(at->value).high;
    std::erase_if(candidates_, [last](const PlacedDistance& placed) { return placed.value > last; });
}

void NearOrder::nearest(std::size_t count, NearestPlaces& out) {
    collect_nearest(count);
    std::ranges::sort(candidates_, [](const PlacedDistance& a, const PlacedDistance& b) {
        return a.value != b.value ? a.value < b.value : a.column < b.column;
    });
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
    for (auto first = candidates_.begin(); first != candidates_.end() && out.size() < count;) {
        // A cluster: neighbours in float32's order that float32 can't tell apart. Its members are sorted by
        // the truth.
        auto last = first + 1;
        while (last != candidates_.end() && last->value <= doubtful_around((last - 1)->value).high)
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

void NearOrder::twice_mid_ranks(std::span<const std::uint32_t> places, std::span<std::uint32_t> out) {
    bounds_.resize(places.size());
    counts_.resize(places.size());
    float largest = 0.0F;
    for (std::size_t p = 0; p < places.size(); ++p) {
        bounds_[p] = doubtful_around(d2_[places[p]]);
        largest = std::max(largest, bounds_[p].high);
    }
    near_.find(d2_, 0.0F, largest); // layers that are alike rank their neighbours among the first
    const bool by_cells = places.size() > most_bounds_to_compare;
    if (by_cells)
        cells_.count(near_.values(), near_.columns(), bounds_, counts_);
    else
        count_by_comparing(near_.values(), bounds_, counts_);
    // 2·(#less + (1 + #equal)/2), where #equal counts the place itself.
    for (std::size_t p = 0; p < places.size(); ++p)
        out[p] = counts_[p].below_low + counts_[p].up_to_high + 1;
    if (!layer_->exact_products())
        settle_doubts(places, out, by_cells);
}

void NearOrder::settle_doubts(std::span<const std::uint32_t> places, std::span<std::uint32_t> out,
                              bool by_cells) {
    doubts_.clear();
    for (std::size_t p = 0; p < places.size(); ++p) {
        if (counts_[p].up_to_high - counts_[p].below_low == 1)
            continue;
        doubtful_.clear();
        if (by_cells) {
            cells_.between(p, bounds_[p], doubtful_);
        } else {
            between_.find(near_.values(), bounds_[p].low, bounds_[p].high);
            for (std::size_t at = 0; at < between_.size(); ++at)
                doubtful_.push_back({between_.values()[at], near_.columns()[between_.columns()[at]]});
        }
        // Each that is less counts twice, each that is equal once: the place itself was counted already.
        out[p] = 2 * counts_[p].below_low + 2;
        for (const PlacedDistance& other : doubtful_) {
            if (other.column == places[p])
                continue;
            if (told_apart(other.column, places[p]))
                out[p] += other.value < d2_[places[p]] ? 2 : 0;
            else
                doubts_.push_back({static_cast<std::uint32_t>(p), other.column});
        }
    }
    // Their rows lie anywhere in memory: all are called before the first is needed.
    for (const Doubt& doubt : doubts_)
        layer_->prefetch(image_at(doubt.other));
    for (const Doubt& doubt : doubts_) {
        const auto order = compare(doubt.other, places[doubt.at]);
        out[doubt.at] += std::is_lt(order) ? 2 : std::is_eq(order) ? 1 : 0;
    }
}

} // namespace stratoscope::engine
