// What a pass may take of the memory that it was allowed: packed rows, a block of distances, tiles that wait.
#pragma once

#include "core/engine/pass.h"

#include <cstddef>

namespace stratoscope::engine {

/// Sets pack_as_needed, block_bytes, two_blocks and tile_bytes so that the whole program stays within
/// `budget` bytes, the layers and all else that is in memory by now included; 0: three quarters of the
/// machine's memory, of which tiles take a third at most. The choice changes how long the pass takes, never
/// its result.
///
/// Throws Error(out_of_memory), which says how much would do, when even the smallest block does not fit.
void share_memory(PassPlan& plan, std::size_t budget, std::size_t threads);

/// Where rows that take so many bytes are to lie, so that a pass has room beside them; budget as above.
[[nodiscard]] StoredRows::Place place_for(std::size_t bytes, std::size_t budget);

} // namespace stratoscope::engine
