// Layers as the pass wants them, read once and shared by all jobs: the window asks for the same layers again
// and again.
#pragma once

#include "core/base/task.h"
#include "core/data/comparison.h"
#include "core/data/dataset.h"
#include "core/data/health.h"
#include "core/engine/stored_rows.h"

#include <cstddef>
#include <memory>

namespace stratoscope::engine {

class PreparedLayer;

/// Thread-safe. Holds prepared layers up to a budget, least recently used ones leave first (those in use stay
/// alive).
class LayerStore {
  public:
    explicit LayerStore(std::size_t budget_bytes = std::size_t{4} << 30);
    ~LayerStore();
    LayerStore(const LayerStore&) = delete;
    LayerStore& operator=(const LayerStore&) = delete;

    /// Reads the layer if it isn't here, and keeps its rows in that place. Never null; throws Error(bad_data)
    /// on NaN or Inf, naming rows and the first image.
    [[nodiscard]] std::shared_ptr<const PreparedLayer>
    get(const Dataset& dataset, LayerId layer, Distance distance, const Task& task,
        StoredRows::Place place = StoredRows::Place::memory);
    void clear();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace stratoscope::engine
