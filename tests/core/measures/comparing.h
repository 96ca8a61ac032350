// Comparing matrices of rows through the whole of compare(), as tests need it.
#pragma once

#include "core/base/thread_pool.h"
#include "core/engine/layer_store.h"
#include "core/measures/compare.h"
#include "tests/support/made_up_data.h"

#include <string>
#include <utility>
#include <vector>

namespace stratoscope::measures {

inline Comparison compare_data(const Dataset& dataset, const std::string& measure,
                               std::optional<std::size_t> k, Distance distance = Distance::euclidean,
                               std::size_t threads = 2) {
    ThreadPool pool(threads);
    engine::LayerStore layers;
    CompareRequest request;
    request.measures = {{measure, k}};
    request.distance = distance;
    return compare(dataset, request, layers, Task{pool}).front();
}

inline Comparison compare_rows(std::vector<Matrix<float>> layers, const std::string& measure,
                               std::optional<std::size_t> k, Distance distance = Distance::euclidean,
                               std::size_t threads = 2) {
    return compare_data(support::dataset_of(std::move(layers)), measure, k, distance, threads);
}

} // namespace stratoscope::measures
