#include "core/engine/near_order.h"

#include "core/engine/multiversion_private.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace stratoscope::engine {
namespace {

constexpr std::size_t stripes = 256;

// The minima of `stripes` interleaved parts of the values: the k-th smallest minimum is no smaller than the
// k-th smallest value.
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

STRATOSCOPE_MULTIVERSION
std::size_t filter(const float* values, std::size_t n, float bound, PlacedDistance* out) {
    std::size_t found = 0;
    std::size_t j = 0;
    for (; j + 32 <= n; j += 32) { // most groups hold nothing: ask the group first
        int any = 0;
        for (std::size_t lane = 0; lane < 32; ++lane)
            any |= values[j + lane] <= bound ? 1 : 0;
        if (any == 0)
            continue;
        for (std::size_t lane = 0; lane < 32; ++lane)
            if (values[j + lane] <= bound)
                out[found++] = {values[j + lane], static_cast<std::uint32_t>(j + lane)};
    }
    for (; j < n; ++j)
        if (values[j] <= bound)
            out[found++] = {values[j], static_cast<std::uint32_t>(j)};
    return found;
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
    squared_length_ = layer.squared_lengths()[image];
    if (exact_.size() < d2.size()) {
        exact_.resize(d2.size());
        exact_of_row_.resize(d2.size(), row_);
    }
    if (++row_ == 0) { // wrapped around: forget everything once in four thousand million rows
        std::ranges::fill(exact_of_row_, 0U);
        row_ = 1;
    }
}

double NearOrder::exact_squared_distance(std::uint32_t place) {
    if (exact_of_row_[place] != row_) {
        exact_of_row_[place] = row_;
        exact_[place] = layer_->exact_squared_distance(image_, columns_.empty() ? place : columns_[place]);
        ++rechecks_;
    }
    return exact_[place];
}

CountBounds NearOrder::doubtful_around(float d2) const {
    // Both distances may be off; the slack covers that the uncertainty itself grows a little with the
    // distance.
    const float doubt = 2.1F * layer_->uncertainty(squared_length_, d2);
    return {d2 - doubt, d2 + doubt};
}

void NearOrder::filter_up_to(float bound) {
    candidates_.resize(d2_.size());
    candidates_.resize(filter(d2_.data(), d2_.size(), bound, candidates_.data()));
}

float NearOrder::kth_smallest(std::size_t k) {
    const std::size_t n = d2_.size();
    if (n >= 2 * stripes && k <= stripes / 2) {
        std::array<float, stripes> minima;
        stripe_minima(d2_.data(), n, minima.data());
        std::nth_element(minima.begin(), minima.begin() + static_cast<std::ptrdiff_t>(k - 1), minima.end());
        filter_up_to(minima[k - 1]);
        selection_.resize(candidates_.size());
        std::ranges::transform(candidates_, selection_.begin(), &PlacedDistance::value);
    } else {
        selection_.assign(d2_.begin(), d2_.end());
        candidates_.clear();
    }
    const auto at = selection_.begin() + static_cast<std::ptrdiff_t>(k - 1);
    std::nth_element(selection_.begin(), at, selection_.end());
    return *at;
}

void NearOrder::nearest(std::size_t count, NearestPlaces& out) {
    filter_up_to(doubtful_around(kth_smallest(count)).high);
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
    const bool exact_already = layer_->uncertainty(1.0F, 1.0F) == 0.0F;
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
                const double x = exact_squared_distance(a.column);
                const double y = exact_squared_distance(b.column);
                return x != y ? x < y : a.column < b.column;
            });
            for (auto run = first; run != last;) {
                auto run_last = run + 1;
                while (run_last != last &&
                       exact_squared_distance(run_last->column) == exact_squared_distance(run->column))
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
    const bool by_cells = places.size() > most_bounds_to_compare;
    if (by_cells) {
        cells_.fill(d2_, largest);
        std::ranges::transform(bounds_, counts_.begin(),
                               [this](CountBounds bounds) { return cells_.count(bounds); });
    } else {
        count_by_comparing(d2_, bounds_, counts_);
    }
    const bool exact_already = layer_->uncertainty(1.0F, 1.0F) == 0.0F;
    for (std::size_t p = 0; p < places.size(); ++p) {
        const Counts counts = counts_[p];
        if (counts.up_to_high - counts.below_low == 1 || exact_already) {
            // 2·(#less + (1 + #equal)/2), where #equal counts the place itself.
            out[p] = counts.below_low + counts.up_to_high + 1;
            continue;
        }
        doubtful_.clear();
        if (by_cells) {
            cells_.between(bounds_[p], doubtful_);
        } else {
            filter_up_to(bounds_[p].high);
            std::ranges::copy_if(
                candidates_, std::back_inserter(doubtful_),
                [&](const PlacedDistance& placed) { return placed.value >= bounds_[p].low; });
        }
        const double mine = exact_squared_distance(places[p]);
        std::uint32_t less = counts.below_low;
        std::uint32_t equal = 0;
        for (const PlacedDistance& other : doubtful_) {
            const double theirs = exact_squared_distance(other.column);
            less += theirs < mine ? 1U : 0U;
            equal += theirs == mine ? 1U : 0U;
        }
        out[p] = 2 * less + 1 + equal;
    }
}

} // namespace stratoscope::engine
