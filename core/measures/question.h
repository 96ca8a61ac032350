// A request for a comparison with everything filled in and checked, and the layers it asks for.
#pragma once

#include "core/engine/layer_store.h"
#include "core/engine/prepared_layer.h"
#include "core/engine/row_ranker.h"
#include "core/measures/catalogue.h"
#include "core/measures/compare.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace stratoscope::measures {

/// One measure of the request.
struct Choice {
    const MeasureInfo* info = nullptr;
    std::size_t k = 0; ///< 0 where the measure takes none
};

/// The request with everything filled in, and what it means for the passes.
struct Question {
    Dataset dataset;
    CompareRequest request;
    std::vector<Choice> choices;
    std::vector<LayerId> layers; ///< distinct, those of rows and columns
};

/// Throws Error(usage) and Error(bad_data) as compare() does.
[[nodiscard]] Question checked(const Dataset& dataset, const CompareRequest& asked);

/// The layers that can be used, in the order of Question::layers, for one distance.
struct Loaded {
    engine::PreparedLayers layers;
    std::vector<std::size_t> place; ///< by Question::layers: index into layers, or `absent`
    std::vector<Warning> warnings;
};

inline constexpr std::size_t absent = std::numeric_limits<std::size_t>::max();

/// Layers that can't be used are left out, with a warning. Throws Error(bad_data) if none is left.
[[nodiscard]] Loaded load(const Question& question, Distance distance, engine::LayerStore& store,
                          const Task& task);

/// The usable layers' paths and health.
[[nodiscard]] std::vector<std::pair<std::string, LayerHealth>> healths_of(const Question& question,
                                                                          const Loaded& loaded);

} // namespace stratoscope::measures
