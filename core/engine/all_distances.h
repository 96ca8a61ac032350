// The distances of all pairs of images, before a pass: what a bandwidth (their median) and ranks of distances
// need to know.
#pragma once

#include "core/base/task.h"
#include "core/engine/distance_histogram.h"
#include "core/engine/kept_triangle.h"
#include "core/engine/pass.h"

#include <memory>
#include <vector>

namespace stratoscope::engine {

struct AllDistances {
    std::vector<DistanceHistogram> histograms; ///< by layer
    std::shared_ptr<const KeptTriangles> kept; ///< for PassPlan::kept; null where tile_bytes has no room
};

/// From each pair once. plan: its layers, kernels (of which kind they are), seed, and what memory it may
/// take. Histograms are the same whatever the number of threads and the memory. Throws Cancelled.
[[nodiscard]] AllDistances all_distances(const PassPlan& plan, const Task& task);

} // namespace stratoscope::engine
