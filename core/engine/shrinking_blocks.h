// Going through rows by blocks on a device whose free memory nobody can tell beforehand: what does not fit is
// tried again in smaller blocks.
#pragma once

#include "core/engine/packed_rows.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

namespace stratoscope::engine {

/// Thrown by what is tried on a block when the device's memory is full.
class DeviceFull : public std::exception {
  public:
    explicit DeviceFull(std::string words) : words_(std::move(words)) {}
    [[nodiscard]] const char* what() const noexcept override { return words_.c_str(); }

  private:
    std::string words_;
};

struct BlockSizes {
    std::size_t first;    ///< small, for an early picture
    std::size_t largest;  ///< each block is twice the former, up to this
    std::size_t smallest; ///< below this nothing is won by trying again; blocks stay multiples of it
};

/// Calls block(Range) for consecutive ranges of done … rows−1. When it throws DeviceFull, `recover` is called
/// and the same rows are tried again, half of them, never again as many at a time; a block of the smallest
/// size that does not fit throws it on. `done`: rows that are left out; the blocks behind them are those of a
/// run that did them too.
template <class Block, class Recover>
void in_shrinking_blocks(std::size_t rows, BlockSizes sizes, const Block& block, const Recover& recover,
                         std::size_t done = 0) {
    std::size_t next = std::clamp<std::size_t>(sizes.first, 1, sizes.largest);
    for (std::size_t before = 0; before + next <= done; next = std::min(sizes.largest, 2 * next))
        before += next;
    for (std::size_t first = done; first < rows;) {
        const Range range{first, std::min(next, rows - first)};
        try {
            block(range);
        } catch (const DeviceFull&) {
            if (range.count <= sizes.smallest)
                throw;
            recover();
            sizes.largest = std::max(sizes.smallest, range.count / 2 / sizes.smallest * sizes.smallest);
            next = sizes.largest;
            continue;
        }
        first = range.end();
        next = std::min(sizes.largest, 2 * next);
    }
}

} // namespace stratoscope::engine
