// The health of a dataset: what a person should know of the files before trusting a picture made from them.
#pragma once

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

} // namespace stratoscope
