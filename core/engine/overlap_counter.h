// One query image: how many of its k nearest any two layers share, with all images and with each tenth of
// them left out.
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

    /// group_of: the jackknife group of each place; left_out: the group to leave out, or −1 for none. After
    /// ranker.look().
    void gather(RowRanker& ranker, std::size_t layers, const std::vector<bool>& constant, std::size_t places,
                std::size_t k, std::span<const std::uint32_t> group_of, int left_out);

    /// Σ_j w_a(j)·w_b(j) / k. After gather().
    [[nodiscard]] double overlap(std::size_t a, std::size_t b) const;

  private:
    struct Members {
        std::vector<std::uint64_t> whole;  // weight 1
        std::vector<std::uint64_t> shared; // weight `share`; empty where the k-th place is not tied
        double share = 0.0;
    };
    std::uint32_t slot_of(std::uint32_t place);

    std::vector<Members> members_; // by layer
    std::vector<bool> constant_;
    std::size_t k_ = 0;
    std::size_t candidates_ = 0; // images a constant layer's k places are shared among
    std::vector<std::uint32_t> slot_;
    std::vector<std::uint32_t> seen_;
    std::uint32_t row_ = 0;
    std::uint32_t slots_ = 0;
    NearestPlaces fallback_;
    std::vector<bool> excluded_;
};

} // namespace stratoscope::engine
