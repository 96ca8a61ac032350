// Rows of numbers as the pass works on them: one layer each.
#pragma once

#include "core/base/thread_pool.h"
#include "core/engine/row_ranker.h"
#include "tests/support/made_up_data.h"

#include <memory>
#include <utility>
#include <vector>

namespace stratoscope::engine {

inline PreparedLayers prepared_rows(std::vector<Matrix<float>> rows,
                                    Distance distance = Distance::euclidean) {
    ThreadPool pool(1);
    const Dataset dataset = support::dataset_of(std::move(rows));
    PreparedLayers out;
    for (const Layer& layer : dataset.models[0].layers)
        out.push_back(std::make_shared<const PreparedLayer>(layer, layer.name, distance, Task{pool}));
    return out;
}

} // namespace stratoscope::engine
