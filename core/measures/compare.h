// Layers × layers: from a dataset and a question to finished comparisons, with snapshots on the way.
#pragma once

#include "core/base/task.h"
#include "core/data/comparison.h"
#include "core/data/dataset.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stratoscope::engine {
class LayerStore;
}

namespace stratoscope::measures {

class Checkpoint;

struct MeasureChoice {
    std::string name;             ///< of the catalogue
    std::optional<std::size_t> k; ///< nothing: default_k(N). An asked k is taken as it is (k ≥ N is an error)
    bool operator==(const MeasureChoice&) const = default;
};

struct CompareRequest {
    std::vector<MeasureChoice> measures; ///< all from one pass over the rows
    Distance distance = Distance::euclidean;
    std::vector<LayerId> rows;         ///< empty: all layers
    std::vector<LayerId> columns;      ///< empty: the same as rows
    std::optional<std::size_t> subset; ///< only so many images, drawn by seed
    std::uint64_t seed = 0;
    std::size_t memory_bytes =
        0;                  ///< for the whole program, layers included; 0: three quarters of the machine's
    double bandwidth = 1.0; ///< of Gaussian kernels, in medians of the distances of a layer
    std::string device = "cpu"; ///< core/engine/device_pass.h names them; results of others carry a warning
};

/// 30, but no more than N/20 and at least 1.
[[nodiscard]] std::size_t default_k(std::size_t images);
/// The largest k that may be asked: N − 2, since all N − 1 others are the nearest in any layer. 0 below N
/// = 3.
[[nodiscard]] std::size_t most_neighbours(std::size_t images);

/// One snapshot a requested measure, in the request's order. Called from the thread that called compare(), at
/// most every 50 ms or so, the first as early as a first block of rows allows.
using SnapshotFunction = std::function<void(std::shared_ptr<const std::vector<Snapshot>>)>;

/// One comparison a requested measure. Unusable layers keep their row and column, all NaN, with a warning; no
/// usable layer at all is Error(bad_data). Throws Cancelled, Error(usage) for a bad request,
/// Error(no_device), Error(bad_data) for N < 4. The same input gives the same result bit for bit on the same
/// device where the device's memory was not full, whatever the engine's number of threads, and wherever a
/// checkpoint was taken up.
[[nodiscard]] std::vector<Comparison> compare(const Dataset& dataset, const CompareRequest& request,
                                              engine::LayerStore& layers, const Task& task,
                                              const SnapshotFunction& on_snapshot = {},
                                              Checkpoint* checkpoint = nullptr);

} // namespace stratoscope::measures
