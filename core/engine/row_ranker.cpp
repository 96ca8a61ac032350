#include "core/engine/row_ranker.h"

#include "core/engine/multiversion_private.h"
#include "core/engine/transposed.h"

#include <algorithm>
#include <limits>

namespace stratoscope::engine {
namespace {

STRATOSCOPE_MULTIVERSION
void add_ranks(const std::uint32_t* by_place, std::size_t layers, const std::uint32_t* slots, std::size_t n,
               std::uint64_t* sums) {
    for (std::size_t at = 0; at < n; ++at)
        for (std::size_t layer = 0; layer < layers; ++layer)
            sums[layer] += by_place[slots[at] * layers + layer];
}

} // namespace

void RowRanker::look(std::size_t image, std::span<const float* const> distances, std::size_t count,
                     std::span<const std::uint32_t> columns, std::size_t neighbours) {
    image_ = image;
    distances_ = distances;
    count_ = count;
    columns_ = columns;
    nearest_.resize(layers_.size());
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
        if (!roles_.source[layer] || layers_[layer]->constant())
            continue; // all places tie in a constant layer: nothing there needs ranks
        scratch_->order.look_at(*layers_[layer], image, row(layer), columns);
        scratch_->order.nearest(neighbours, nearest_[layer]);
    }
}

void RowRanker::rank(std::size_t neighbours, std::span<OpenDoubts> open) {
    auto& [order, slot_of_place, seen_in_row, row_number, masked, ranks_by_place, sums] = *scratch_;
    if (slot_of_place.size() < count_) {
        slot_of_place.resize(count_);
        seen_in_row.resize(count_, row_number);
    }
    if (++row_number == 0) {
        std::ranges::fill(seen_in_row, 0U);
        row_number = 1;
    }
    union_.clear();
    slots_.resize(layers_.size());
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
        slots_[layer].clear();
        if (!roles_.source[layer] || layers_[layer]->constant())
            continue;
        const std::size_t involved = nearest_[layer].involved(neighbours);
        for (std::size_t position = 0; position < involved; ++position) {
            const std::uint32_t place = nearest_[layer].place[position];
            if (seen_in_row[place] != row_number) {
                seen_in_row[place] = row_number;
                slot_of_place[place] = static_cast<std::uint32_t>(union_.size());
                union_.push_back(place);
            }
            slots_[layer].push_back(slot_of_place[place]);
        }
    }
    twice_ranks_.resize(layers_.size() * union_.size());
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
        if (!roles_.target[layer] || layers_[layer]->constant())
            continue;
        order.look_at(*layers_[layer], image_, row(layer), columns_);
        order.twice_mid_ranks(union_, {twice_ranks_.data() + layer * union_.size(), union_.size()},
                              open.empty() ? nullptr : &open[layer]);
    }
    if (open.empty())
        complete();
}

// All layers' ranks of a place side by side, so that sums over places are sums of vectors.
void RowRanker::complete() {
    std::vector<std::uint32_t>& by_place = scratch_->ranks_by_place;
    by_place.resize(twice_ranks_.size());
    transpose(twice_ranks_.data(), union_.size(), layers_.size(), union_.size(), by_place.data(),
              layers_.size());
}

void RowRanker::divergences(std::size_t a, std::size_t k, std::span<double> out) const {
    const std::size_t layers = layers_.size();
    if (layers_[a]->constant()) {
        std::ranges::fill(out, 1.0); // every rank is expected to be N/2
        return;
    }
    const NearestPlaces& near = nearest_[a];
    const std::size_t begin = near.run_begin[k - 1];
    const std::size_t end = near.run_end[k - 1];
    std::vector<std::uint64_t>& sums = scratch_->sums;
    sums.assign(2 * layers, 0);
    add_ranks(scratch_->ranks_by_place.data(), layers, slots_[a].data(), begin, sums.data());
    add_ranks(scratch_->ranks_by_place.data(), layers, slots_[a].data() + begin, end - begin,
              sums.data() + layers);
    const double weight = static_cast<double>(k - begin) / static_cast<double>(end - begin);
    for (std::size_t b = 0; b < layers; ++b) {
        const double twice_sum =
            static_cast<double>(sums[b]) + weight * static_cast<double>(sums[layers + b]);
        out[b] =
            layers_[b]->constant() ? 1.0 : twice_sum / (static_cast<double>(count_) * static_cast<double>(k));
    }
}

void RowRanker::nearest_without(std::size_t layer, std::size_t k, const std::vector<bool>& excluded,
                                NearestPlaces& out) {
    scratch_->masked.assign(distances_[layer], distances_[layer] + count_);
    for (std::size_t place = 0; place < count_; ++place)
        if (excluded[place])
            scratch_->masked[place] = std::numeric_limits<float>::infinity();
    scratch_->order.look_at(*layers_[layer], image_, scratch_->masked, columns_);
    scratch_->order.nearest(k, out);
}

} // namespace stratoscope::engine
