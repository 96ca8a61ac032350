// How the value of one pair of layers depends on what was chosen: on k, and on how positions were pooled.
#pragma once

#include "core/base/task.h"
#include "core/data/comparison.h"
#include "core/data/dataset.h"

#include <cstddef>
#include <string>
#include <vector>

namespace stratoscope::engine {
class LayerStore;
}

namespace stratoscope::measures {

/// One value with what it takes to compare it across k.
struct SensitivityPoint {
    std::size_t k = 0; ///< 0 where the measure takes none
    double value = 0.0;
    double standard_error = 0.0;
    double floor = 0.0;
    double null_value = 0.0;

    /// 0 = same, 1 = unrelated: values for different k compare only so. NaN where undefined.
    [[nodiscard]] double excess() const;
    [[nodiscard]] double excess_error() const; ///< of excess(), never negative
};

/// Both layers pooled in one way each.
struct SensitivityCurve {
    ComparedLayer from;
    ComparedLayer to;
    std::vector<SensitivityPoint> forward;  ///< from → to, in the order of k
    std::vector<SensitivityPoint> backward; ///< to → from; empty for a symmetric measure
};

struct Sensitivity {
    Definition definition; ///< its k is that of the first point
    /// The asked pair first, then the same two steps in every other pooling that both models have.
    std::vector<SensitivityCurve> curves;
    std::vector<Warning> warnings;
};

struct SensitivityQuestion {
    LayerId from;
    LayerId to;
    std::string measure = "information_imbalance";
    /// Those outside 1 … N − 2 are left out, with a warning (k_left_out), and doubles too.
    std::vector<std::size_t> ks = {1, 2, 5, 10, 30, 100};
    Distance distance = Distance::euclidean;
};

/// All from one pass over the layers concerned. Throws as compare() does; Error(usage) when no k is left for
/// a measure that takes one.
[[nodiscard]] Sensitivity sensitivity(const Dataset& dataset, const SensitivityQuestion& question,
                                      engine::LayerStore& layers, const Task& task);

/// The other layers of the same processing step, by their pooling: "cls" beside "mean". Usable ones alone.
[[nodiscard]] std::vector<LayerId> other_poolings(const Dataset& dataset, LayerId layer);

} // namespace stratoscope::measures
