// Which outputs are a model's processing steps.
#pragma once

#include "core/models/model_description.h"

#include <string>
#include <vector>

namespace stratoscope::models {

/// Names of outputs, in the order of processing: the blocks of repeated structure (residual blocks of a CNN,
/// blocks of a transformer), what comes before the first and after the last of them, and what has parameters
/// between. Without repeated structure: the last output before each next convolution or linear map. May be
/// empty.
[[nodiscard]] std::vector<std::string> suggested_steps(const ModelDescription& model);

/// "cnn", "transformer" or "other", by the types of the modules.
[[nodiscard]] std::string suggested_family(const ModelDescription& model);

} // namespace stratoscope::models
