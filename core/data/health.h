// The health of a dataset: what a person should know of the files before trusting a picture made from them.
#pragma once

#include "core/base/task.h"
#include "core/data/dataset.h"

namespace stratoscope {

enum class Severity { fine, notice, problem };

/// What reading all rows of a layer told.
struct LayerHealth {
    LayerId layer;
    std::size_t images = 0;
    std::size_t dimension = 0;
    std::size_t nonfinite_rows = 0;  ///< rows with a NaN or infinity
    std::size_t first_nonfinite = 0; ///< the first such image, where there is one
    bool constant = false;           ///< all rows equal
    std::size_t duplicate_rows = 0;  ///< rows equal to an earlier one
    std::size_t zero_rows = 0;       ///< rows of zeros: without direction for cosine
};

struct HealthLine {
    Severity severity = Severity::fine;
    std::string code;  ///< as in Warning; "ok" for good news
    std::string layer; ///< "model/layer" or empty
    std::string text;
};

struct Health {
    std::vector<LayerHealth> layers;
    std::vector<HealthLine> lines; ///< worst first
};

/// Reads all rows of a usable layer, some at a time. Rows are told apart by a 64-bit hash of their bytes, so
/// a duplicate that is none has a chance of 10⁻¹⁰ or so at N = 10⁵. Throws Error(io, bad_data) of the rows,
/// and Cancelled.
[[nodiscard]] LayerHealth read_health(const Dataset& dataset, LayerId layer, const Task& task);

/// What a person should know: of the images, of the files' warnings, and of the layers that were read.
[[nodiscard]] Health check_health(const Dataset& dataset, const std::vector<LayerHealth>& layers);

} // namespace stratoscope
