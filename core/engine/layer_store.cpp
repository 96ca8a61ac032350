#include "core/engine/layer_store.h"

#include "core/engine/prepared_layer.h"

#include <list>
#include <mutex>

namespace stratoscope::engine {

struct LayerStore::State {
    struct Entry {
        std::shared_ptr<const RowSource> source; // held, so that its address can't come to mean another layer
        Distance distance;
        std::shared_ptr<const PreparedLayer> layer;
    };

    explicit State(std::size_t bytes) : budget(bytes) {}

    std::shared_ptr<const PreparedLayer> find(const RowSource* source, Distance distance) {
        for (auto entry = entries.begin(); entry != entries.end(); ++entry)
            if (entry->source.get() == source && entry->distance == distance) {
                entries.splice(entries.begin(), entries, entry);
                return entry->layer;
            }
        return nullptr;
    }

    void trim() {
        std::size_t used = 0;
        for (auto entry = entries.begin(); entry != entries.end();) {
            used += entry->layer->bytes();
            entry = used > budget && entry != entries.begin() ? entries.erase(entry) : std::next(entry);
        }
    }

    std::mutex mutex;
    std::size_t budget;
    std::list<Entry> entries; // most recently used first
};

LayerStore::LayerStore(std::size_t budget_bytes) : state_(std::make_unique<State>(budget_bytes)) {}
LayerStore::~LayerStore() = default;

std::shared_ptr<const PreparedLayer> LayerStore::get(const Dataset& dataset, LayerId id, Distance distance,
                                                     const Task& task, StoredRows::Place place) {
    const Layer& layer = dataset.layer(id);
    {
        const std::lock_guard lock(state_->mutex);
        if (auto found = state_->find(layer.rows.get(), distance))
            return found;
    }
    // Prepared outside the lock, so that threads prepare different layers at once; two that want the same one
    // prepare it twice, and the later result gives way.
    auto prepared = std::make_shared<const PreparedLayer>(layer, dataset.path_of(id), distance, task, place);
    const std::lock_guard lock(state_->mutex);
    if (auto found = state_->find(layer.rows.get(), distance))
        return found;
    state_->entries.push_front({layer.rows, distance, prepared});
    state_->trim();
    return prepared;
}

void LayerStore::clear() {
    const std::lock_guard lock(state_->mutex);
    state_->entries.clear();
}

} // namespace stratoscope::engine
