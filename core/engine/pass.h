// The one pass over rows: all layers' distances of some query images at a time, and from them every measure's
// sums.
//
//     for each block of query images, in an order set by N and seed alone
//       one product for each layer: its distances from these images to all (DistanceBlocks)
//       for each grain of 16 of them: neighbours, ranks, overlaps, kernel products → a summary
//       summaries are added in the order of grains, so the result is the same, bit for bit, for any number of
//       threads
//
// Memory: layers × block × N floats (or two blocks), as many tiles that wait as the plan allows, and packed
// rows unless these are packed as needed; never N × N. Blocks start small, for an early picture, and grow.
#pragma once

#include "core/base/task.h"
#include "core/engine/kept_triangle.h"
#include "core/engine/kernel_sums.h"
#include "core/engine/neighbour_lists.h"
#include "core/engine/row_ranker.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace stratoscope::engine {

/// Query images at a time, at most: more make better use of each packed panel (512 rows: 5 % faster products
/// than 256).
inline constexpr std::size_t most_block_rows = 512;
/// Where packed rows are kept. A multiple of every tile; more rows would make better use of each packed
/// panel, but leave less of what is computed in the second cache, to be stored for later blocks (384 rows: 4
/// % slower).
inline constexpr std::size_t good_block_rows = 192;

struct PassPlan {
    PreparedLayers layers;       ///< all of one distance, N images each
    LayerRoles roles;            ///< for the information imbalance
    std::vector<std::size_t> ks; ///< rising, each < N; empty when nothing is ranked
    bool imbalance = false;
    bool overlap = false;
    bool jaccard = false;
    std::size_t listed = 0; ///< neighbours to list for each image, at most the last of ks; 0 for none
    std::vector<KernelPlan> kernels;            ///< sums over kernels of the distances, in this order
    std::vector<std::uint32_t> error_group;     ///< (image), of the disjoint subsets; empty for none
    std::vector<std::uint32_t> jackknife_group; ///< (image); empty for none
    std::uint64_t seed = 0;
    std::size_t block_bytes = std::size_t{512}
                              << 20; ///< for a block of distances; fewer rows when they would not fit
    bool two_blocks = false;         ///< the next one is multiplied while one is ranked: for several threads
    std::size_t tile_bytes = std::size_t{4} << 30; ///< for distances kept for later blocks
    std::size_t open_bytes = std::size_t{64}
                             << 20;            ///< a thread, for ranks whose last doubts are settled together
    std::shared_ptr<const KeptTriangles> kept; ///< from all_distances() of this plan, or null
    bool pack_as_needed = false;               ///< rows are packed block after block instead of once and kept
};

/// Sums of c_i for one k.
struct ImbalanceSums {
    std::size_t k = 0;
    Matrix<double> sum;         ///< (a, b): Σ_i c_i(a→b) over the images done
    Matrix<double> squared_sum; ///< Σ c_i²
    std::vector<Matrix<double>>
        subset_sum; ///< by error group: Σ of c_i within the group alone, with subset_k
    std::vector<std::size_t>
        subset_k;             ///< round(k·N_g/N), at least 1; 0 where the group is too small to say anything
    Matrix<float> image_from; ///< (image, a): mean over b ≠ a of c_i(a→b)
    Matrix<float> image_to;   ///< (image, b): mean over a ≠ b
    std::vector<float> image_overall;
};

/// Sums of the overlap, or of the Jaccard index, for one k.
struct OverlapSums {
    std::size_t k = 0;
    Matrix<double> sum; ///< (a, b), a ≤ b
    Matrix<double> squared_sum;
    std::vector<Matrix<double>>
        without; ///< by jackknife group: Σ over the images outside it, the group's images no neighbours
};

struct PassSums {
    std::size_t images = 0;
    std::size_t done = 0;
    std::vector<std::size_t> group_size;     ///< by error group
    std::vector<std::size_t> jackknife_size; ///< by jackknife group
    std::vector<ImbalanceSums> imbalance;    ///< one a k
    std::vector<OverlapSums> overlap;        ///< one a k
    std::vector<OverlapSums> jaccard;        ///< one a k
    NeighbourLists neighbours;               ///< complete where an image is done
    std::vector<KernelSums> kernels;         ///< one a kernel of the plan
    std::uint64_t rechecks = 0;              ///< distances computed in float64
    std::uint64_t thresholds = 0;            ///< ranks asked for, to hold them against
};

/// Called between blocks, and once more before Cancelled is thrown, by the thread that called run_pass. What
/// it is given changes after it returns.
using PassWatcher = std::function<void(const PassSums&)>;

/// Throws Cancelled within some tens of milliseconds of being asked. `begun`: what a watcher saw of another
/// run of the same plan, to go on from there; block_bytes, tile_bytes and pack_as_needed may differ, the
/// result is the same bit for bit. An empty one for the beginning.
[[nodiscard]] PassSums run_pass(const PassPlan& plan, const Task& task, const PassWatcher& watcher = {},
                                PassSums begun = {});

/// 0 … n−1 in an order that follows from n and seed alone, on every machine.
[[nodiscard]] std::vector<std::uint32_t> shuffled(std::size_t n, std::uint64_t seed);

} // namespace stratoscope::engine
