#include "core/engine/overlap_counter.h"

#include <algorithm>
#include <bit>

namespace stratoscope::engine {
namespace {

void set_bit(std::vector<std::uint64_t>& bits, std::uint32_t at) {
    if (bits.size() <= at / 64)
        bits.resize(at / 64 + 1, 0);
    bits[at / 64] |= std::uint64_t{1} << (at % 64);
}

std::size_t common(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
    std::size_t count = 0;
    const std::size_t words = std::min(a.size(), b.size());
    for (std::size_t word = 0; word < words; ++word)
        count += static_cast<std::size_t>(std::popcount(a[word] & b[word]));
    return count;
}

std::size_t size_of(const std::vector<std::uint64_t>& a) {
    std::size_t count = 0;
    for (const std::uint64_t word : a)
        count += static_cast<std::size_t>(std::popcount(word));
    return count;
}

} // namespace

std::size_t OverlapCounter::neighbours_needed(std::size_t k, std::size_t images) {
    return std::min(images - 1, k + k / 4 + 16);
}

std::uint32_t OverlapCounter::slot_of(std::uint32_t place) {
    if (seen_[place] != row_) {
        seen_[place] = row_;
        slot_[place] = slots_++;
    }
    return slot_[place];
}

void OverlapCounter::gather(RowRanker& ranker, std::size_t layers, const std::vector<bool>& constant,
                            std::size_t places, std::size_t k, std::span<const std::uint32_t> group_of,
                            int left_out) {
    if (seen_.size() < places) {
        seen_.resize(places, row_);
        slot_.resize(places);
    }
    if (++row_ == 0) {
        std::ranges::fill(seen_, 0U);
        row_ = 1;
    }
    slots_ = 0;
    k_ = k;
    constant_ = constant;
    members_.resize(layers);
    const auto out = [&](std::uint32_t place) {
        return left_out >= 0 && group_of[place] == static_cast<std::uint32_t>(left_out);
    };
    candidates_ = places - 1;
    if (left_out >= 0)
        candidates_ -=
            static_cast<std::size_t>(std::ranges::count(group_of, static_cast<std::uint32_t>(left_out)));
    excluded_.clear();

    for (std::size_t layer = 0; layer < layers; ++layer) {
        Members& mine = members_[layer];
        mine.whole.clear();
        mine.shared.clear();
        mine.share = 0.0;
        if (constant[layer])
            continue;
        const NearestPlaces* near = &ranker.nearest(layer);
        std::size_t left = 0;
        for (const std::uint32_t place : near->place)
            left += out(place) ? 0U : 1U;
        if (left < k) { // the list is too short without this tenth: ask again, of all that is left
            if (excluded_.empty()) {
                excluded_.resize(places);
                for (std::uint32_t place = 0; place < places; ++place)
                    excluded_[place] = out(place);
            }
            ranker.nearest_without(layer, k, excluded_, fallback_);
            near = &fallback_;
        }
        std::size_t taken = 0;
        for (std::size_t begin = 0; begin < near->size() && taken < k; begin = near->run_end[begin]) {
            const std::size_t end = near->run_end[begin];
            std::size_t run = 0;
            for (std::size_t position = begin; position < end; ++position)
                run += out(near->place[position]) ? 0U : 1U;
            const bool fits = taken + run <= k;
            for (std::size_t position = begin; position < end; ++position)
                if (!out(near->place[position]))
                    set_bit(fits ? mine.whole : mine.shared, slot_of(near->place[position]));
            if (!fits)
                mine.share = static_cast<double>(k - taken) / static_cast<double>(run);
            taken += fits ? run : k - taken;
        }
    }
}

double OverlapCounter::overlap(std::size_t a, std::size_t b) const {
    const auto k = static_cast<double>(k_);
    if (constant_[a] ||
        constant_[b]) // all candidates share the k places: Σ_j (k/candidates)·w_b(j) = k²/candidates
        return k / static_cast<double>(candidates_);
    const Members& x = members_[a];
    const Members& y = members_[b];
    auto sum = static_cast<double>(common(x.whole, y.whole));
    if (!y.shared.empty())
        sum += y.share * static_cast<double>(common(x.whole, y.shared));
    if (!x.shared.empty())
        sum += x.share * static_cast<double>(common(x.shared, y.whole));
    if (!x.shared.empty() && !y.shared.empty())
        sum +=
            x.share * y.share * static_cast<double>(a == b ? size_of(x.shared) : common(x.shared, y.shared));
    return sum / k;
}

} // namespace stratoscope::engine
