// A pass that was left half-way, as bytes: what a checkpoint keeps.
#pragma once

#include "core/engine/pass.h"

#include <cstddef>
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

/// FNV-1a with words instead of bytes: tells damage, not malice.
[[nodiscard]] std::uint64_t checksum_of(std::span<const std::byte> bytes, std::uint64_t before = 0);

} // namespace stratoscope::engine
