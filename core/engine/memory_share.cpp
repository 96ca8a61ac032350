#include "core/engine/memory_share.h"

#include "core/base/error.h"
#include "core/base/physical_memory.h"
#include "core/engine/packed_rows.h"

#include <algorithm>
#include <string>

namespace stratoscope::engine {
namespace {

constexpr std::size_t least_rows = PackedRows::alignment;
// With fewer, packing costs more than a few per cent of the products.
constexpr std::size_t good_rows = 128;

class Needs {
  public:
    Needs(const PassPlan& plan, std::size_t threads)
        : threads_(threads), layers_(plan.layers.size()), images_(plan.layers.front()->images()) {
        for (const auto& layer : plan.layers) {
            packed_ += PackedRows::bytes_kept(images_, layer->dimension());
            largest_dimension_ = std::max(largest_dimension_, layer->dimension());
        }
        const std::size_t pairs = layers_ * (layers_ + 1) / 2;
        // Twice: finishing makes a copy of most of it.
        sums_ = 2 * images_ *
                (plan.ks.size() * (2 * layers_ + 1) * sizeof(float) +
                 plan.kernels.size() * (2 * layers_ * sizeof(double) + pairs * sizeof(float)) +
                 plan.listed * layers_ * (sizeof(std::uint32_t) + sizeof(double)));
        // A thread's scratch: some dozen numbers an image, all layers' distances within an error group, and a
        // row of each layer that is put together from tiles.
        scratch_ = threads_ * (images_ * (96 + layers_ * sizeof(float)) + row());
        lengths_ = 2 * layers_ * images_ * sizeof(float); // squared, and their roots
    }

    [[nodiscard]] std::size_t row() const {
        return checked_product(layers_ * sizeof(float), PackedRows::padded(images_), "a row of distances");
    }
    [[nodiscard]] std::size_t without_block(bool as_needed) const {
        return resident_memory() + sums_ + scratch_ + lengths_ + (as_needed ? 0 : packed_);
    }
    [[nodiscard]] std::size_t block(std::size_t rows, std::size_t blocks = 1) const {
        return blocks * rows * row() + threads_ * PackedRows::scratch_bytes(rows, largest_dimension_);
    }
    [[nodiscard]] std::size_t most_rows(bool as_needed) const {
        return std::min(as_needed ? most_block_rows : good_block_rows, PackedRows::padded(images_));
    }

  private:
    std::size_t threads_;
    std::size_t layers_;
    std::size_t images_;
    std::size_t packed_ = 0;
    std::size_t largest_dimension_ = 0;
    std::size_t sums_ = 0;
    std::size_t scratch_ = 0;
    std::size_t lengths_ = 0;
};

std::size_t whole(std::size_t budget) {
    return budget == 0 ? physical_memory() / 4 * 3 : budget;
}

std::string mebibytes(std::size_t bytes) {
    return std::to_string((bytes >> 20) + 1) + "M";
}

} // namespace

StoredRows::Place place_for(std::size_t bytes, std::size_t budget) {
    // A pass over few query images at a time, as little memory makes it, packs rows more often than it
    // multiplies them: rather a scratch file.
    return bytes / 3 > whole(budget) / 5 ? StoredRows::Place::scratch_file : StoredRows::Place::memory;
}

void share_memory(PassPlan& plan, std::size_t budget, std::size_t threads) {
    const std::size_t most_tiles = budget == 0 ? physical_memory() / 4 : budget;
    budget = whole(budget);
    // What allocators and libraries take on the way and nobody counts.
    std::size_t slack = (std::size_t{16} << 20) + budget / 64;
    // Twice as much is taken where a list grows.
    plan.open_bytes = std::min(plan.open_bytes, budget / 256 / threads);
    slack += 2 * threads * plan.open_bytes;
    const Needs needs(plan, threads);
    const auto fits = [&](bool as_needed, std::size_t rows) {
        return needs.without_block(as_needed) + needs.block(rows) + slack <= budget;
    };
    plan.pack_as_needed = !fits(false, std::min(good_rows, needs.most_rows(false)));
    if (!fits(plan.pack_as_needed, least_rows)) {
        const std::size_t least = needs.without_block(true) + needs.block(least_rows) + slack;
        throw Error(ErrorKind::out_of_memory,
                    {.what = "the comparison does not fit the memory it is allowed",
                     .expected = "at least " + mebibytes(least + least / 32),
                     .found = mebibytes(budget),
                     .advice = "allow more (--memory), or compare fewer layers (--layers) or fewer images "
                               "(--subset)"});
    }
    std::size_t left = budget - slack - needs.without_block(plan.pack_as_needed);
    // Packed rows are cheap to use, so tiles have the larger part; packing must be paid for by many queries.
    const std::size_t for_block = plan.pack_as_needed ? left : left / 4;
    std::size_t rows = needs.most_rows(plan.pack_as_needed) / least_rows * least_rows;
    const std::size_t enough = plan.pack_as_needed ? least_rows : std::min(good_rows, rows);
    while (rows > enough && needs.block(rows) > for_block)
        rows -= least_rows;
    plan.block_bytes = rows * needs.row();
    plan.two_blocks = threads > 1 && !plan.pack_as_needed && needs.block(rows, 2) <= for_block;
    left -= std::min(left, needs.block(rows, plan.two_blocks ? 2 : 1));
    plan.tile_bytes = std::min(left, most_tiles);
}

} // namespace stratoscope::engine
