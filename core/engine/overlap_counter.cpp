#include "core/engine/overlap_counter.h"

#include "core/engine/multiversion_private.h"

#include <algorithm>
#include <bit>

namespace stratoscope::engine {
namespace {

void set_bit(std::vector<std::uint64_t>& bits, std::uint32_t at) {
    if (bits.size() <= at / 64)
        bits.resize(at / 64 + 1, 0);
    bits[at / 64] |= std::uint64_t{1} << (at % 64);
}

STRATOSCOPE_MULTIVERSION
std::size_t common_bits(const std::uint64_t* a, const std::uint64_t* b, std::size_t words) {
    std::size_t count = 0;
    for (std::size_t word = 0; word < words; ++word)
        count += static_cast<std::size_t>(__builtin_popcountll(a[word] & b[word]));
    return count;
}

std::size_t common(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
    return common_bits(a.data(), b.data(), std::min(a.size(), b.size()));
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

void OverlapCounter::look(RowRanker& ranker, std::size_t layers, const std::vector<bool>& constant,
                          std::size_t places, std::span<const std::uint32_t> group_of,
                          std::span<const std::size_t> group_size) {
    ranker_ = &ranker;
    places_ = places;
    group_of_ = group_of;
    group_size_ = group_size;
    constant_ = constant;
    nearest_k_ = 0;
    if (seen_.size() < places) {
        seen_.resize(places, row_);
        slot_.resize(places);
    }
    if (++row_ == 0) {
        std::ranges::fill(seen_, 0U);
        row_ = 1;
    }
    slots_ = 0;
    members_.resize(layers);
    listed_.resize(layers);
    nearest_.resize(layers);
    in_group_.resize(group_size.size());
    for (Bits& bits : in_group_)
        bits.clear();
    for (std::size_t layer = 0; layer < layers; ++layer) {
        listed_[layer].clear();
        if (constant[layer])
            continue;
        for (const std::uint32_t place : ranker.nearest(layer).place) {
            const std::uint32_t before = slots_;
            listed_[layer].push_back(slot_of(place));
            if (slots_ > before && !in_group_.empty())
                set_bit(in_group_[group_of[place]], before);
        }
    }
}

void OverlapCounter::gather(std::size_t k, int left_out) {
    k_ = k;
    candidates_ = places_ - 1 - (left_out < 0 ? 0 : group_size_[static_cast<std::size_t>(left_out)]);
    excluded_.clear();
    for (std::size_t layer = 0; layer < members_.size(); ++layer) {
        if (nearest_k_ != k) {
            nearest_[layer].clear();
            for (std::size_t position = 0; position < std::min(k, listed_[layer].size()); ++position)
                set_bit(nearest_[layer], listed_[layer][position]);
        }
        members_[layer].whole.clear();
        members_[layer].shared.clear();
        members_[layer].share = 0.0;
        if (!constant_[layer] && !gather_quickly(layer, k, left_out))
            gather_with_ties(layer, k, left_out);
    }
    nearest_k_ = k;
}

// False where the last place is tied, or the list is too short.
bool OverlapCounter::gather_quickly(std::size_t layer, std::size_t k, int group) {
    const NearestPlaces& near = ranker_->nearest(layer);
    const std::vector<std::uint32_t>& listed = listed_[layer];
    Bits& whole = members_[layer].whole;
    whole = nearest_[layer];
    std::size_t end = k;
    if (group >= 0) {
        const Bits& out = in_group_[static_cast<std::size_t>(group)];
        std::size_t missing = common(whole, out);
        for (std::size_t word = 0; word < std::min(whole.size(), out.size()); ++word)
            whole[word] &= ~out[word];
        for (; missing > 0 && end < listed.size(); ++end)
            if (!left_out(near.place[end], group)) {
                set_bit(whole, listed[end]);
                --missing;
            }
        if (missing > 0)
            return false;
    }
    for (std::size_t tied = end; tied < near.run_end[end - 1]; ++tied)
        if (!left_out(near.place[tied], group))
            return false;
    return true;
}

void OverlapCounter::gather_with_ties(std::size_t layer, std::size_t k, int group) {
    Members& mine = members_[layer];
    mine.whole.clear();
    const NearestPlaces* near = &ranker_->nearest(layer);
    std::size_t left = 0;
    for (const std::uint32_t place : near->place)
        left += left_out(place, group) ? 0U : 1U;
    if (left < k) { // the list is too short without this tenth: ask again, of all that is left
        if (excluded_.empty()) {
            excluded_.resize(places_);
            for (std::uint32_t place = 0; place < places_; ++place)
                excluded_[place] = left_out(place, group);
        }
        ranker_->nearest_without(layer, k, excluded_, fallback_);
        near = &fallback_;
    }
    std::size_t taken = 0;
    for (std::size_t begin = 0; begin < near->size() && taken < k; begin = near->run_end[begin]) {
        const std::size_t end = near->run_end[begin];
        std::size_t run = 0;
        for (std::size_t position = begin; position < end; ++position)
            run += left_out(near->place[position], group) ? 0U : 1U;
        const bool fits = taken + run <= k;
        for (std::size_t position = begin; position < end; ++position)
            if (!left_out(near->place[position], group))
                set_bit(fits ? mine.whole : mine.shared, slot_of(near->place[position]));
        if (!fits)
            mine.share = static_cast<double>(k - taken) / static_cast<double>(run);
        taken += fits ? run : k - taken;
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
