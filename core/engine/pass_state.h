// A pass that was left half-way, as bytes: what a checkpoint keeps.
#pragma once

#include "core/engine/pass.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace stratoscope::engine {

/// What the sums of a pass follow from, as (name, value): equal lines give equal bits. How much memory a pass
/// may take and how many threads it has is not among them.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> facts_of(const PassPlan& plan);

/// The sums as they lie in memory, to be written one after the other; valid as long as `sums` is. The same
/// number of bytes for every state of a pass.
[[nodiscard]] std::vector<std::span<const std::byte>> state_of(const PassSums& sums);

/// The sums of which `state` was made, all parts in one. Throws Error(bad_data) for another number of bytes
/// than this plan's sums have, or for sums that can't be.
[[nodiscard]] PassSums sums_from(const PassPlan& plan, std::span<const std::byte> state);

/// FNV-1a with words instead of bytes: tells damage, not malice. The same however the bytes are cut into
/// parts.
class Checksum {
  public:
    void add(std::span<const std::byte> bytes);
    [[nodiscard]] std::uint64_t value() const;

  private:
    void add_word(std::uint64_t word);

    std::uint64_t sum_ = 0xcbf29ce484222325ULL;
    std::array<std::byte, sizeof(std::uint64_t)> started_{}; // a word that is not whole yet
    std::size_t in_started_ = 0;
};

} // namespace stratoscope::engine
