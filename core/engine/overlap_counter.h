// One query image: how many of its k nearest any two layers share, with all images and with each tenth of
// them left out.
//
// Idea: sets are bits over the places that are in any layer's list, so that a pair of layers costs a few
// words. Leaving out a tenth takes that tenth's bits off the k nearest, and adds as many of the next that
// stay.
#pragma once

#include "core/engine/row_ranker.h"

#include <cstdint>
#include <span>
#include <vector>

namespace stratoscope::engine {

/// Scratch for one thread. Sets are bits over the places that are in any layer's list, so that a pair of
/// layers costs a few words.
class OverlapCounter {
  public:
    /// How many neighbours to look() for, so that k are mostly left when a tenth of the images is left out.
    [[nodiscard]] static std::size_t neighbours_needed(std::size_t k, std::size_t images);

    /// What the ranker has just looked at: it must stay so, and everything here, until the next time.
    /// group_of: the jackknife group of each place, group_size: how many places each has; empty for none.
    void look(RowRanker& ranker, std::size_t layers, const std::vector<bool>& constant, std::size_t places,
              std::span<const std::uint32_t> group_of, std::span<const std::size_t> group_size);

    /// The k nearest. left_out: the group to leave out, or −1 for none.
    void gather(std::size_t k, int left_out);

    /// Σ_j w_a(j)·w_b(j) / k. After gather().
    [[nodiscard]] double overlap(std::size_t a, std::size_t b) const;

  private:
    using Bits = std::vector<std::uint64_t>;
    struct Members {
        Bits whole;  // weight 1
        Bits shared; // weight `share`; empty where the k-th place is not tied
        double share = 0.0;
    };
    std::uint32_t slot_of(std::uint32_t place);
    [[nodiscard]] bool left_out(std::uint32_t place, int group) const {
        return group >= 0 && group_of_[place] == static_cast<std::uint32_t>(group);
    }
    [[nodiscard]] bool gather_quickly(std::size_t layer, std::size_t k, int group);
    void gather_with_ties(std::size_t layer, std::size_t k, int group);

    RowRanker* ranker_ = nullptr;
    std::size_t places_ = 0;
    std::span<const std::uint32_t> group_of_;
    std::span<const std::size_t> group_size_;
    std::vector<bool> constant_;
    std::vector<std::vector<std::uint32_t>> listed_; // by layer: slots of its nearest places
    std::vector<Bits> nearest_;                      // by layer: the first `nearest_k_` of them
    std::size_t nearest_k_ = 0;
    std::vector<Bits> in_group_;   // by group: slots of its places
    std::vector<Members> members_; // by layer
    std::size_t k_ = 0;
    std::size_t candidates_ = 0; // images a constant layer's k places are shared among
    std::vector<std::uint32_t> slot_;
    std::vector<std::uint32_t> seen_;
    std::uint32_t row_ = 0;
    std::uint32_t slots_ = 0;
    NearestPlaces fallback_;
    std::vector<bool> excluded_; // places of the group left out, where it was asked for
};

} // namespace stratoscope::engine
